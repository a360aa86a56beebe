import { describe, expect, it } from "vitest";
import { changeText } from "../../src/config/changes.js";
import { configForOneShot } from "../../src/config/defaults.js";
import { type ConfigReading, parseConfig } from "../../src/config/load.js";
import { decideReload } from "../../src/config/reload.js";

const current = configForOneShot({ state: "/s", out: "/b", roots: ["/a"] });
const read = (more: string): ConfigReading => parseConfig(`state: /s\nwatch: [{path: /a, output: /b}]\n${more}`, "/");

describe("what becomes of the configuration in force", () => {
  it("it takes the live keys and names those that wait", () => {
    const decision = decideReload(current, read("settle: {quietSeconds: 5}\nworkers: 3\n"));
    if (decision.kind !== "apply") throw new Error(JSON.stringify(decision));
    expect(decision.config).toEqual({ ...current, settle: { ...current.settle, quietSeconds: 5 } });
    expect(decision.changed.map(changeText)).toEqual(["settle.quietSeconds: 1 → 5"]);
    expect(decision.waiting.map(changeText)).toEqual(['workers: "auto" → 3']);
  });

  it("it stays as it is when the file says the same", () => {
    expect(decideReload(current, read("# a remark\n"))).toEqual({
      kind: "apply",
      config: current,
      changed: [],
      waiting: [],
    });
  });

  it("it stays as it is when the file is bad, whose lines and columns are named", () => {
    expect(decideReload(current, read("settle:\n  quietSeconds: never\n"))).toMatchObject({
      kind: "keep",
      problems: [{ line: 4, column: 17, key: "settle.quietSeconds" }],
    });
  });

  it("tells of other folders, and of a folder that gives up a setting of its own", () => {
    const texts = (text: string) => {
      const decision = decideReload(current, parseConfig(`state: /s\n${text}`, "/"));
      return decision.kind === "apply" ? [...decision.changed, ...decision.waiting].map(changeText) : [];
    };
    expect(texts("watch: [{path: /c, output: /b}]")).toEqual(['watch: ["/a"] → ["/c"]']);
    expect(texts("watch: [{path: /a, output: /b, reconstruct: never}]")).toEqual([
      'watch[0].reconstruct: as in general → "never"',
    ]);
  });
});
