import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig, parseConfig } from "../../src/config/load.js";
import type { Config } from "../../src/config/schema.js";

const minimal = "watch:\n  - path: /data/export\n    output: /data/refocused\n";

/** Each problem as `line:column key: message`. */
function problems(text: string): string[] {
  const reading = parseConfig(text, "/etc/refocusd");
  if (reading.kind === "valid") return [];
  return reading.problems.map((p) => `${p.line}:${p.column} ${p.key}: ${p.message}`);
}

function valid(text: string): Config {
  const reading = parseConfig(text, "/etc/refocusd");
  if (reading.kind === "invalid") throw new Error(JSON.stringify(reading.problems));
  return reading.config;
}

describe("a valid configuration", () => {
  test("needs only watched folders", () => {
    expect(valid(minimal)).toMatchObject({
      state: "/var/lib/refocusd",
      watch: [{ path: "/data/export", naming: "nis", polling: false, exclude: [] }],
      engine: { kind: "auto", provider: "cpu", threads: "auto" },
      verdict: { focusedBelow: 0.35, defocusedAbove: 0.65 },
      log: { directory: "/var/lib/refocusd/log", keepDays: 30 },
      dailyLog: { directory: "/var/lib/refocusd/log", at: "00:05", keepDays: null, page: true, pictures: 24 },
    });
  });

  test("has its relative paths from the folder of its file", () => {
    const text =
      "state: state\nmodels: {directory: ../models}\nlog: {directory: logs}\nwatch: [{path: in, output: ./out/}]";
    expect(valid(text)).toMatchObject({
      state: "/etc/refocusd/state",
      models: { directory: "/etc/models" },
      log: { directory: "/etc/refocusd/logs" },
      dailyLog: { directory: "/etc/refocusd/state/log" },
      watch: [{ path: "/etc/refocusd/in", output: "/etc/refocusd/out" }],
    });
  });

  test("may have groups whose keys are all commented out", () => {
    expect(valid(`${minimal}engine:\n  # kind: onnx\nscan:\n`).engine.kind).toBe("auto");
    expect(valid(`${minimal}    verdict:\n      # focusedBelow: 0.1\n`).watch[0]?.verdict).toBeUndefined();
  });

  test("keeps a folder's own settings apart from the general ones", () => {
    const config = valid(`${minimal}    verdict: {focusedBelow: 0.2}\n`);
    expect(config.watch[0]?.verdict).toEqual({ focusedBelow: 0.2 });
    expect(config.verdict.focusedBelow).toBe(0.35);
  });

  test("may use anchors", () => {
    const text = `${minimal}    settle: &slow {quietSeconds: 5}\n  - {path: /b, output: /c, settle: *slow}\n`;
    expect(valid(text).watch[1]?.settle).toEqual({ quietSeconds: 5 });
  });
});

describe("a wrong key", () => {
  test.each([
    ["misspelt", "worker: 2", "1:1 worker: there is no such key; did you mean workers?"],
    [
      "in another spelling",
      "settle:\n  quiet_seconds: 2",
      "2:3 settle.quiet_seconds: there is no such key; did you mean quietSeconds?",
    ],
    [
      "in the wrong group",
      "quietSeconds: 2",
      "1:1 quietSeconds: there is no such key; did you mean watch[].settle.quietSeconds or settle.quietSeconds?",
    ],
    [
      "like nothing",
      "limits:\n  colour: blue",
      "2:3 limits.colour: there is no such key here; known are maxMegapixels, frameSeconds",
    ],
  ])("%s is told with what was probably meant", (_name, text, expected) => {
    expect(problems(`${text}\n${minimal}`)).toEqual([expected]);
  });

  test("inside a list is found too", () => {
    expect(problems("watch:\n  - path: /a\n    output: /b\n    excluded: []\n")).toEqual([
      "4:5 watch[0].excluded: there is no such key; did you mean exclude?",
    ]);
  });
});

describe("a wrong value", () => {
  test.each([
    ["workers: many", '1:10 workers: found "many", expected "auto" or a whole number from 1 to 64'],
    ["workers: 0", '1:10 workers: found 0, expected "auto" or a whole number from 1 to 64'],
    ["workers: 1.5", '1:10 workers: found 1.5, expected "auto" or a whole number from 1 to 64'],
    ["reconstruct: yes", '1:14 reconstruct: found "yes", expected "defocused", "always" or "never"'],
    ["reconstruct: true", '1:14 reconstruct: found true, expected "defocused", "always" or "never"'],
    ["verdict: {focusedBelow: 35}", "1:25 verdict.focusedBelow: found 35, expected a number from 0 to 1"],
    ["verdict: strict", '1:10 verdict: found "strict", expected a group of keys (focusedBelow, defocusedAbove)'],
    ["limits: {maxMegapixels: 0}", "1:25 limits.maxMegapixels: found 0, expected a number above 0 and up to 4096"],
    ["dailyLog: {at: 25:00}", '1:16 dailyLog.at: found "25:00", expected a text such as "00:05"'],
    ["models: {classifier: }", '1:22 models.classifier: found nothing, expected a text such as "sdcnn"'],
    [
      "state: ~/refocusd",
      '1:8 state: found "~/refocusd", expected a folder, written without ~ and \\, such as "/var/lib/refocusd"',
    ],
    [
      "log: {directory: 7}",
      '1:18 log.directory: found 7, expected null or a folder, written without ~ and \\, such as "/var/log/refocusd"',
    ],
  ])("%s", (text, expected) => {
    expect(problems(`${text}\n${minimal}`)).toEqual([expected]);
  });

  test.each([
    ["include: '*.tif'", '4:14 watch[0].include: found "*.tif", expected a list of at least 1 such as ["**/*.tif"]'],
    ["include: []", '4:14 watch[0].include: found an empty list, expected a list of at least 1 such as ["**/*.tif"]'],
    [
      "exclude: [a/**, 'b\\*.tif']",
      '4:21 watch[0].exclude[1]: found "b\\\\*.tif", expected a pattern relative to the watched folder, with / between names',
    ],
    ["polling: on", '4:14 watch[0].polling: found "on", expected true or false'],
  ])("in a watched folder: %s", (line, expected) => {
    const [found] = problems(`${minimal}    ${line}\n`);
    expect(found).toBe(expected);
  });

  test("that is missing is told where it belongs", () => {
    expect(problems("watch:\n  - path: /a\n")).toEqual([
      '2:5 watch[0].output: missing; expected a folder, written without ~ and \\, such as "/srv/microscope/refocused"',
    ]);
    for (const text of ["", "# nothing\n", "log: {level: info}\n"]) {
      expect(problems(text)).toEqual(["1:1 watch: missing; expected a list of at least 1"]);
    }
  });

  test("at the top is no configuration at all", () => {
    expect(problems("- a\n- b\n")[0]).toMatch(/^1:1 : found a list, expected a group of keys \(state, watch/);
    expect(problems("hello")[0]).toMatch(/^1:1 : found "hello", expected a group of keys/);
  });
});

test("all problems are told together, in the order of the file", () => {
  expect(
    problems("workers: 0\nwatch:\n  - path: 3\n    outputs: /b\nlogs: 1\n").map((p) =>
      p.split(":").slice(0, 2).join(":"),
    ),
  ).toEqual(["1:10 workers", "3:5 watch[0].output", "3:11 watch[0].path", "4:5 watch[0].outputs", "5:1 logs"]);
});

describe("text that is not YAML", () => {
  test.each([
    ["a key given twice", `workers: 1\nworkers: 2\n${minimal}`, /^2:1 : Map keys must be unique/],
    ["a tab as indentation", "log:\n\tlevel: info\n", /^2:1 : Tabs are not allowed as indentation/],
    ["an open bracket", "watch: [\n", /^2:1 : /],
    ["an unknown tag", `workers: !many 2\n${minimal}`, /^1:10 : Unresolved tag/],
    ["two documents", `${minimal}---\n${minimal}`, /^4:1 : Source contains multiple documents/],
    ["an alias without an anchor", "watch: *nowhere\n", /Unresolved alias/],
  ])("%s", (_name, text, expected) => {
    expect(problems(text)[0]).toMatch(expected);
  });

  test("aliases that multiply without end are refused", () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefgh".split("").map((c, i) => `${c}: &${c} [${Array(9).fill(`*${"abcdefgh"[i]}`)}]`),
    ];
    expect(problems(bomb.join("\n"))[0]).toMatch(/Excessive alias count/);
  });
});

describe("values that contradict each other", () => {
  const two = (a: string, b: string) => `watch:\n  - ${a}\n  - ${b}\n`;

  test.each([
    [
      "a schedule that is none",
      `adapt: { schedule: "0 25 * * *" }\n${minimal}`,
      [/^1:20 adapt.schedule: "0 25 \* \* \*" is not a time/],
    ],
    [
      "a schedule with seconds",
      `adapt: { schedule: "0 0 3 * * 0" }\n${minimal}`,
      [/^1:20 adapt.schedule: five fields are needed, .*; this has 6/],
    ],
    [
      "thresholds",
      `verdict:\n  focusedBelow: 0.7\n${minimal}`,
      [/^2:17 verdict.focusedBelow: focusedBelow \(0.7\) is above defocusedAbove \(0.65\)/],
    ],
    [
      "a folder's threshold and a general one",
      `${minimal}    verdict:\n      defocusedAbove: 0.1\n`,
      [/^5:23 watch\[0\].verdict.defocusedAbove: /],
    ],
    [
      "retry delays",
      `retry: {firstDelaySeconds: 9, maxDelaySeconds: 5}\n${minimal}`,
      [/^1:28 retry.firstDelaySeconds: the first delay \(9\) is above/],
    ],
    [
      "daily files that go before the ledger's rows do",
      `ledger: {keepDays: 30}\ndailyLog: {keepDays: 30}\n${minimal}`,
      [/^1:20 ledger.keepDays: the daily files would be removed \(dailyLog.keepDays, 30\)/],
    ],
    [
      "the same folder twice",
      two("{path: /a, output: /o}", "{path: /a/, output: /p}"),
      [/^3:12 watch\[1\].path: watched already by watch\[0\]: \/a$/],
    ],
    [
      "a folder inside another",
      two("{path: /a, output: /o}", "{path: /a/b, output: /p}"),
      [/^3:12 watch\[1\].path: one watched folder lies inside another/],
    ],
    [
      "a folder around another",
      two("{path: /a/b, output: /o}", "{path: /a, output: /p}"),
      [/^3:12 watch\[1\].path: one watched folder lies inside another/],
    ],
    [
      "one output for two folders",
      two("{path: /a, output: /o}", "{path: /b, output: /o}"),
      [/^3:24 watch\[1\].output: watch\[0\] writes there too/],
    ],
    [
      "output where it is watched",
      "watch: [{path: /a, output: /a}]\n",
      [
        /^1:28 watch\[0\].output: the output would be watched again, as it lies in its own watched folder: choose another$/,
      ],
    ],
    [
      "output below what is watched",
      "watch: [{path: /a, output: /a/b c}]\n",
      [/choose another, or add "b c\/\*\*" to watch\[0\].exclude$/],
    ],
    [
      "output in another's folder",
      two("{path: /a, output: /b/o}", "{path: /b, output: /p}"),
      [/^2:24 watch\[0\].output: .* as it lies in the folder that watch\[1\] watches/],
    ],
    [
      "series where they would be watched",
      "watch: [{path: /a, output: /o}]\nseries: {folder: /a/b}\n",
      [/^2:18 series.folder: lies in the folder that watch\[0\] watches: choose another$/],
    ],
    [
      "series among reconstructions",
      "watch: [{path: /a, output: /o}]\nseries: {folder: /o}\n",
      [/^2:18 series.folder: lies in the output of watch\[0\]/],
    ],
  ])("%s", (_name, text, expected) => {
    expect(problems(text)).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  test.each([
    ["output excluded by its folder", "watch: [{path: /a, output: /a/o, exclude: ['o/**']}]"],
    [
      "output excluded by a general pattern",
      "watch: [{path: /a, output: /a/x/refocused, exclude: ['**/refocused/**']}]",
    ],
    ["output that is not included", "watch: [{path: /a, output: /a/o, include: ['raw/**/*.tif']}]"],
    ["folders whose names begin alike", two("{path: /a, output: /o}", "{path: /ab, output: /oo}")],
    ["output beside the folder", "watch: [{path: /a/export, output: /a/export-refocused}]"],
    ["a name that begins with two dots", "watch: [{path: /a, output: /a/..o, exclude: ['..o/**']}]"],
  ])("but not %s", (_name, text) => {
    expect(problems(text)).toEqual([]);
  });

  test("a pattern that forgets deeper folders does not excuse the output", () => {
    expect(problems("watch: [{path: /a, output: /a/o, exclude: ['o/*']}]")).toHaveLength(1);
  });
});

describe("loadConfig", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "refocusd-config-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function write(text: string): string {
    const file = join(folder, "refocusd.yaml");
    writeFileSync(file, text);
    return file;
  }

  test("reads a file, from whose folder its relative paths are meant", async () => {
    const config = await loadConfig(write("watch: [{path: in, output: out}]\n"));
    expect(config.watch[0]).toMatchObject({ path: join(folder, "in"), output: join(folder, "out") });
  });

  test("names file, line and column of each problem", async () => {
    const file = write(`worker: 1\nworkers: 0\n${minimal}`);
    await expect(loadConfig(file)).rejects.toThrow(
      `RF_CONFIG_INVALID: the configuration is not valid (2 problems
  ${file}:1:1: worker: there is no such key; did you mean workers?
  ${file}:2:10: workers: found 0, expected "auto" or a whole number from 1 to 64
)`,
    );
    const broken = write("watch: [\n");
    await expect(loadConfig(broken)).rejects.toThrow(`(${broken}:2:1: `);
  });

  test("says when there is no such file, or it is none", async () => {
    await expect(loadConfig(join(folder, "none.yaml"))).rejects.toThrow(/RF_CONFIG_UNREADABLE.*none.yaml: ENOENT/);
    await expect(loadConfig(folder)).rejects.toThrow(/RF_CONFIG_UNREADABLE.*EISDIR/);
  });
});
