import { expect, it } from "vitest";
import { numberIn } from "../../src/cli/numbers.js";

it("reads numbers within their bounds and refuses everything else as a wrong command line", () => {
  expect(numberIn("--write", 0, 10)("0.5")).toBe(0.5);
  expect(numberIn("--times", 1, 10, "whole")("10")).toBe(10);
  for (const text of ["", " ", "x", "-1", "11", "NaN", "Infinity", "1,5"]) {
    expect(() => numberIn("--write", 0, 10)(text)).toThrow(expect.objectContaining({ code: "RF_USAGE" }));
  }
  expect(() => numberIn("--times", 1, 10, "whole")("1.5")).toThrow("not a whole number from 1 to 10");
});
