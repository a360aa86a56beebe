import { describe, expect, test } from "vitest";
import type { RunResult } from "../../../src/train/crossval/run-result.js";
import { spreadOfFigures } from "../../../src/train/crossval/summary.js";
import { crossvalTable } from "../../../src/train/crossval/tables.js";

const result = (more: Partial<RunResult>): RunResult => ({
  name: "fold-1",
  from: null,
  train: ["a.tif", "b.tif"],
  heldOut: ["c.tif"],
  seed: 1,
  steps: 120,
  minutes: 0.2041,
  epochs: null,
  course: [],
  model: "models/x",
  items: 4,
  figures: {},
  ...more,
});

describe("spreadOfFigures", () => {
  test("is mean and sample s.d.: 2, 4, 4, 4, 5, 5, 7, 9 has 5 and √(32/7)", () => {
    expect(spreadOfFigures([2, 4, 4, 4, 5, 5, 7, 9].map((x) => ({ x })))).toEqual({
      x: { mean: 5, sd: expect.closeTo(Math.sqrt(32 / 7), 12), n: 8 },
    });
  });

  test("takes a figure from the folds that have it, and knows no s.d. of one", () => {
    expect(spreadOfFigures([{ a: 1, b: 3 }, { a: 2 }])).toEqual({
      a: { mean: 1.5, sd: Math.SQRT1_2, n: 2 },
      b: { mean: 3, sd: null, n: 1 },
    });
  });
});

describe("the table", () => {
  test("of folds has a line for each and ends with mean ± s.d.", () => {
    const { columns, rows } = crossvalTable("classifier", { kind: "folds", count: 2 }, [
      result({ figures: { score: -0.1, accuracy: 0.9, "0-0.35": 1, "1-2": 0.8 } }),
      result({ figures: { score: -0.1, accuracy: 0.98, "0-0.35": 0.95, "1-2": 1, "3+": 1 } }),
    ]);
    expect(columns).toEqual(
      ["fold", "fields", "held out", "items", "steps", "minutes"].concat("accuracy", "|z| 0-0.35", "1-2", "2-3", "3+"),
    );
    expect(rows).toEqual([
      [1, 2, 1, 4, 120, 0.2, 0.9, 1, 0.8, null, null],
      [2, 2, 1, 4, 120, 0.2, 0.98, 0.95, 1, null, 1],
      ["mean ± s.d.", null, null, null, null, null, "0.940 ± 0.057", "0.975 ± 0.035", "0.900 ± 0.141", null, "1.000"],
    ]);
  });

  test("of a data-size curve tells fields and start, and makes no mean", () => {
    const figures = { "all before": 0.5, "all after": 0.61234, "0-0.35 before": 0.99, "0-0.35 after": 0.98 };
    const { title, rows } = crossvalTable("reconstructor", { kind: "sizes", sizes: [2] }, [
      result({ figures }),
      result({ figures, from: "resunet-lite" }),
    ]);
    expect(title).toContain("1 fields held out of all (4 items)");
    expect(rows).toEqual([
      [2, "random", 120, 0.2, 0.5, 0.6123, 0.99, 0.98],
      [2, "resunet-lite", 120, 0.2, 0.5, 0.6123, 0.99, 0.98],
    ]);
  });
});
