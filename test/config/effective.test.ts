import { describe, expect, test } from "vitest";
import { configChanges } from "../../src/config/changes.js";
import { configHash } from "../../src/config/config-hash.js";
import { configForOneShot } from "../../src/config/defaults.js";
import { parseConfig } from "../../src/config/load.js";
import { frameFilter } from "../../src/config/patterns.js";
import { resolveWatch } from "../../src/config/resolve.js";
import type { Config } from "../../src/config/schema.js";

function config(text: string): Config {
  const reading = parseConfig(text, "/etc");
  if (reading.kind === "invalid") throw new Error(JSON.stringify(reading.problems));
  return reading.config;
}

const plain = "watch: [{path: /a, output: /b}]\n";

describe("the effective settings of a folder", () => {
  test("are the general ones where it has none of its own", () => {
    const text = `reconstruct: always\nsettle: {staleSeconds: 60}\nwatch: [{path: /a, output: /b, settle: {quietSeconds: 5}}]`;
    const { watch, ...rest } = config(text);
    expect(resolveWatch({ watch, ...rest }, watch[0]!)).toMatchObject({
      path: "/a",
      reconstruct: "always",
      settle: { quietSeconds: 5, staleSeconds: 60 },
      verdict: { focusedBelow: 0.35, defocusedAbove: 0.65 },
      scan: { intervalSeconds: 1, sweepSeconds: 180 },
    });
  });

  test("are its own where it has them", () => {
    const { watch, ...rest } = config(
      "watch: [{path: /a, output: /b, reconstruct: never, verdict: {focusedBelow: 0}}]",
    );
    expect(resolveWatch({ watch, ...rest }, watch[0]!)).toMatchObject({
      reconstruct: "never",
      verdict: { focusedBelow: 0, defocusedAbove: 0.65 },
    });
  });
});

describe("a configuration without a file", () => {
  test("has every default", () => {
    const expected = config(`state: /s\n${plain}`);
    expect(configForOneShot({ state: "/s", out: "/b", roots: ["/a"] })).toEqual(expected);
    expect(configForOneShot({ state: "/s", out: "/b" })).toEqual({ ...expected, watch: [] });
  });

  test("takes settings of the command line", () => {
    const settings = { reconstruct: "always", engine: { kind: "onnx" }, log: { level: "error" }, workers: 1 } as const;
    expect(configForOneShot({ state: "/s", out: "/b", settings })).toMatchObject({
      reconstruct: "always",
      engine: { kind: "onnx", threads: "auto" },
      log: { level: "error", directory: "/s/log" },
      workers: 1,
    });
  });

  test("has its relative paths from the working directory", () => {
    const { state, watch } = configForOneShot({ state: "s", out: "o", roots: ["in"] });
    expect([state, watch[0]?.path, watch[0]?.output]).toEqual(["s", "in", "o"].map((p) => `${process.cwd()}/${p}`));
  });

  test("leaves its own output alone, whatever the folder is called", () => {
    for (const name of ["out", "run (1)", "a[b]", "x{1,2}", "!lead", "+(a)", "q?*", "a$b^"]) {
      const [root] = configForOneShot({ state: "/s", out: `/a/${name}`, roots: ["/a"] }).watch;
      const isFrame = frameFilter(root!.include, root!.exclude);
      expect([isFrame("b.tif"), isFrame(`${name}/b.tif`), isFrame(`${name}/c/d.tif`)], name).toEqual([
        true,
        false,
        false,
      ]);
    }
  });
});

test("patterns ask for frames in any folder and spelling, and not for hidden files", () => {
  const isFrame = frameFilter(["**/*.tif", "**/*.png"], ["overview/**"]);
  const names = ["a.tif", "b/c/d.TIF", "e.Png", ".hidden.tif", "f.nd2", "overview/g.tif", "Overview/g.tif"];
  expect(names.filter(isFrame)).toEqual(["a.tif", "b/c/d.TIF", "e.Png"]);
});

describe("the hash of a configuration", () => {
  test("is the same for the same settings, however they are written", () => {
    const other = "# comment\nworkers: auto\nwatch:\n  - output: /b\n    path: ../a\n    polling: false\n";
    expect(configHash(config(plain))).toMatch(/^[0-9a-f]{64}$/);
    expect(configHash(config(other))).toBe(configHash(config(plain)));
  });

  test("differs when a setting does", () => {
    expect(configHash(config(`workers: 2\n${plain}`))).not.toBe(configHash(config(plain)));
    const order = (paths: string[]) => config(`watch: [${paths.map((p) => `{path: ${p}, output: ${p}o}`).join()}]`);
    expect(configHash(order(["/a", "/b"]))).not.toBe(configHash(order(["/b", "/a"])));
  });
});

describe("what a new configuration changes", () => {
  const names = (text: string) => configChanges(config(plain), config(text)).map((c) => `${c.name} ${c.reload}`);

  test("is nothing when only its text differs", () => {
    expect(names(`# hello\nworkers: auto\n${plain}`)).toEqual([]);
  });

  test("is told key by key, with whether a restart is needed", () => {
    expect(names(`workers: 2\nsettle: {quietSeconds: 9}\n${plain}`)).toEqual([
      "workers restart",
      "settle.quietSeconds live",
    ]);
    expect(names("watch: [{path: /a, output: /b, polling: true, verdict: {focusedBelow: 0.1}}]")).toEqual([
      "watch[0].polling restart",
      "watch[0].verdict.focusedBelow live",
    ]);
  });

  test("is the whole list when other folders are watched", () => {
    expect(names("watch: [{path: /c, output: /b}]")).toEqual(["watch restart"]);
  });
});
