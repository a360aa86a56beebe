import { expect, it } from "vitest";
import { distanceTable, type WithDistance } from "../../src/evaluate/distance-table.js";

const frame = (dof: number, distance: WithDistance["distance"], model: "weak" | "abbe" = "weak"): WithDistance => ({
  ...{ model, band: "1-2", dof, distance },
});

function cells(all: readonly WithDistance[], model: string, band: string) {
  const { rows } = distanceTable("t", ["1-2", "2-3"], all);
  return rows.find((row) => row[0] === model && row[1] === band)!.slice(2);
}

it("tells errors of |z|, whatever its sign, and how often the interval holds it", () => {
  const all = [
    frame(-1.5, { dof: 1.6, low: 1.4, high: 1.8 }),
    frame(1.5, { dof: 1.5, low: 1.5, high: 1.6 }),
    frame(1.2, { dof: 1.7, low: 1.3, high: 2 }),
    frame(1.2, null),
    frame(1, { dof: 2, low: 0, high: 3 }, "abbe"),
  ];
  expect(cells(all, "weak", "1-2")).toEqual([4, 3, 0.1, 0.42, 0.67, 0.4]);
  expect(cells(all, "abbe", "1-2")).toEqual([1, 1, 1, 1, 1, 3]);
  expect(cells(all, "both", "all").slice(0, 3)).toEqual([5, 4, 0.3]);
});

it("has no figures of no frames, and no coverage without intervals", () => {
  expect(cells([frame(1, null)], "weak", "2-3")).toEqual([0, 0, null, null, null, null]);
  expect(cells([frame(1, { dof: 1.5 })], "weak", "1-2")).toEqual([1, 1, 0.5, 0.5, null, null]);
});
