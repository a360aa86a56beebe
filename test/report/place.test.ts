import { expect, it } from "vitest";
import { comparePlaces, placeOf } from "../../src/report/place.js";

it.each([
  ["|run||01|1|", "run xy01", "c1"],
  ["day 2/plate|run|A01|PointA01|DAPI|5", "day 2/plate/run A01 PointA01", "DAPI z5"],
  ["a|b|run||2||", "a|b/run xy2", ""],
  ["|||3||", "xy3", ""],
  ["|||||", "(no name)", ""],
  ["P|XY1", "P|XY1", ""],
])("%s is %s", (key, place, plane) => {
  expect(placeOf(key)).toEqual({ place, plane });
});

it("counts as people do", () => {
  expect(["xy10", "xy2", "xy1"].sort(comparePlaces)).toEqual(["xy1", "xy2", "xy10"]);
});
