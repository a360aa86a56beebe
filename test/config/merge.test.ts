import { describe, expect, it } from "vitest";
import { configChanges } from "../../src/config/changes.js";
import { configForOneShot } from "../../src/config/defaults.js";
import { configKeys } from "../../src/config/keys.js";
import { applyLive } from "../../src/config/merge.js";
import type { Config } from "../../src/config/schema.js";

const current = configForOneShot({ state: "/s", out: "/o", roots: ["/a", "/b"] });

/** Another value of the same kind for every leaf. */
function other(value: unknown): unknown {
  if (Array.isArray(value)) return [...(value as unknown[]), "more"];
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, other(each)]));
  }
  if (typeof value === "number") return value + 1;
  return typeof value === "boolean" ? !value : `${String(value)}x`;
}

describe("applyLive", () => {
  it("takes over every key that is marked live and no key that is marked restart", () => {
    const { watch, ...general } = current;
    const next = {
      ...(other(general) as Omit<Config, "watch">),
      watch: watch.map((folder) => ({
        ...folder,
        reconstruct: "never",
        settle: { quietSeconds: 9 },
        output: "/elsewhere",
      })),
    } as unknown as Config;
    const applied = applyLive(current, next);
    const marks = new Map(configKeys.map((key) => [key.name, key.reload]));
    const took = new Set(configChanges(current, applied).map(({ name }) => name.replaceAll(/\[\d+\]/g, "[]")));
    for (const { name, reload } of configChanges(current, next)) {
      const key = name.replaceAll(/\[\d+\]/g, "[]");
      expect(took.has(key), `${key} is ${marks.get(key)}`).toBe(reload === "live");
    }
    expect(took.size).toBeGreaterThan(8);
  });

  it("leaves a folder alone that the next configuration does not have", () => {
    expect(applyLive(current, { ...current, watch: [] }).watch).toEqual(current.watch);
  });
});
