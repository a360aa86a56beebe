import { describe, expect, test } from "vitest";
import { plannedRuns } from "../../../src/train/crossval/planned-runs.js";
import type { Field } from "../../../src/train/dataset/fields.js";

/** Ten fields in ten groups: two are held out of a data-size curve. */
const FIELDS: readonly Field[] = Array.from({ length: 10 }, (_, k) => ({ path: `${k}.tif`, group: String(k) }));

describe("the trainings of a comparison", () => {
  test("by folds: each holds out other fields, and together all", () => {
    const runs = plannedRuns(FIELDS, { kind: "folds", count: 3 }, 3);
    expect(runs.map(({ name, folder }) => [name, folder])).toEqual([
      ["fold-1", "fold-1"],
      ["fold-2", "fold-2"],
      ["fold-3", "fold-3"],
    ]);
    expect(runs.flatMap(({ split }) => split.validation)).toHaveLength(10);
    expect(new Set(runs.flatMap(({ split }) => split.validation))).toEqual(new Set(FIELDS));
    expect(runs.every(({ from }) => from === undefined)).toBe(true);
  });

  test("by folds from a model: all of them start from it", () => {
    const runs = plannedRuns(FIELDS, { kind: "folds", count: 2 }, 3, "sdcnn");
    expect(runs.map(({ from }) => from)).toEqual(["sdcnn", "sdcnn"]);
  });

  test("by sizes: rising, each once, with one held-out set; from random weights and from the model, on the same fields", () => {
    const runs = plannedRuns(FIELDS, { kind: "sizes", sizes: ["all", 5, 1, 8] }, 3, "sdcnn");
    expect(runs.map(({ name, folder, from }) => [name, folder, from])).toEqual([
      ["1-fields", "1-fields", undefined],
      ["1-fields-from-sdcnn", "1-fields", "sdcnn"],
      ["5-fields", "5-fields", undefined],
      ["5-fields-from-sdcnn", "5-fields", "sdcnn"],
      ["8-fields", "8-fields", undefined],
      ["8-fields-from-sdcnn", "8-fields", "sdcnn"],
    ]);
    expect(runs.map(({ split }) => split.train.length)).toEqual([1, 1, 5, 5, 8, 8]);
    for (const { split } of runs) expect(split.validation).toEqual(runs[0]!.split.validation);
  });

  test("by sizes without a model: from random weights only", () => {
    const runs = plannedRuns(FIELDS, { kind: "sizes", sizes: [2] }, 3);
    expect(runs.map(({ name }) => name)).toEqual(["2-fields"]);
  });

  test("refuses more fields than are not held out", () => {
    expect(() => plannedRuns(FIELDS, { kind: "sizes", sizes: [1, 9] }, 3)).toThrow(
      expect.objectContaining({ code: "RF_USAGE", detail: expect.stringMatching(/^9 fields .* where 8 are not held/) }),
    );
  });
});
