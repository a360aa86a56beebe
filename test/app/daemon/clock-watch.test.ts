import { expect, test } from "vitest";
import { createClockWatch } from "../../../src/app/daemon/clock-watch.js";

test("a clock that is put back is told once, a clock that is corrected or put forward is not", () => {
  let wall = 1_000_000;
  let monotonic = 0;
  const wentBack = createClockWatch({ now: () => wall, monotonic: () => monotonic });
  const after = (monotonicMs: number, wallMs: number) => {
    monotonic += monotonicMs;
    wall += wallMs;
    return wentBack();
  };
  expect(after(0, 0)).toBe(true); // nobody knows what was before the start
  expect(after(2000, 2000)).toBe(false);
  expect(after(2000, 1900)).toBe(false);
  expect(after(2000, 3_600_000)).toBe(false);
  expect(after(2000, -3_600_000)).toBe(true);
  expect(after(2000, 2000)).toBe(false);
});
