import { describe, expect, it } from "vitest";
import { namesText, namingOf, testNames } from "../../src/app/names.js";
import { parseConfig } from "../../src/config/load.js";

function config(text: string) {
  const reading = parseConfig(text, "/etc");
  if (reading.kind !== "valid") throw new Error(JSON.stringify(reading.problems));
  return reading.config;
}

describe("refocusd names test", () => {
  it("shows what is read, and counts what is not", () => {
    const files = ["/e/exp_t003xy2z05c1.tif", "WellA01_PointA01_0000_ChannelDAPI_Seq0007.tiff", "snap.tif"];
    expect(namesText(testNames(files, () => ({ naming: "nis" })))).toBe(
      [
        "file                                            read by   prefix  well  position  time  z  channel  seq",
        "exp_t003xy2z05c1.tif                            nd        exp           2         3     5  1",
        "WellA01_PointA01_0000_ChannelDAPI_Seq0007.tiff  jobs              A01   A01_0000           DAPI     7",
        "snap.tif                                        not read",
        "",
        "3 names: 2 read, 1 not read",
        "",
      ].join("\n"),
    );
  });

  it("says which expression took too long", () => {
    const naming = { naming: "nis", namePatterns: ["^x(?<time>(\\d+)+)$"] } as const;
    const report = testNames([`x${"1".repeat(60)}.tif`], () => naming);
    expect(namesText(report)).toMatch(/not read: pattern 1 took too long/);
  });

  it("reads each name as the folder that it lies in", () => {
    const { watch, ...rest } = config(
      "watch:\n- {path: /a, output: /x, naming: sequence}\n- {path: /b, output: /y, namePatterns: ['_(?<well>[A-H]\\d)_']}\n",
    );
    const report = testNames(["/a/n1.tif", "/b/n_A1_.tif", "/b/n1.tif", "n2.tif"], (file) =>
      namingOf({ watch, ...rest }, file),
    );
    expect(report.files.map(({ reading }) => (reading.kind === "read" ? reading.by : null))).toEqual([
      ...["sequence", 1, null, "sequence"],
    ]);
  });
});

describe("a name pattern that cannot be used", () => {
  const problems = (pattern: string) => {
    const reading = parseConfig(
      `watch:\n- path: /a\n  output: /b\n  namePatterns:\n    - '(?<time>\\d)'\n    - '${pattern}'\n`,
      "/",
    );
    return reading.kind === "valid" ? [] : reading.problems.map((p) => `${p.line}:${p.column} ${p.key}: ${p.message}`);
  };

  it.each([
    ["(?<time>\\d+", "not a regular expression: Unterminated group"],
    ["(?<time>\\d+)\\_", "not a regular expression: Invalid escape"],
    ["(?<pos>\\d+)", "there is no group called pos; known are prefix, well, position, time, z, channel, seq"],
    ["(?<times>\\d+)", "there is no group called times; did you mean time?"],
    ["t(\\d+)", "it names no group, such as (?<time>\\d+)"],
    [
      "^(?<time>(\\d+)+)$",
      'some names would take for ever, such as "000000000000…": avoid a repetition inside a repeated group, as in (a+)+',
    ],
    [
      "^exp_(?<prefix>(\\w+)*)!",
      'some names would take for ever, such as "exp_aaaaaaaa…": avoid a repetition inside a repeated group, as in (a+)+',
    ],
  ])("%s is told with its place", (pattern, message) => {
    expect(problems(pattern)).toEqual([`6:7 watch[0].namePatterns[1]: ${message}`]);
  });

  it("is not one that is merely long-winded", () => {
    expect(problems("^(?<prefix>.*)_(?<well>.*)_(?<position>.*)_t(?<time>\\d+)(?:_[a-z0-9]+)*\\.tiff?$")).toEqual([]);
  });
});
