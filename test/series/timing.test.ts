import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timingProblems } from "../../src/series/timing.js";

const rules = { intervalMs: null, intervalTolerance: 0.5 };
const points = (...seconds: number[]) => seconds.map((s, i) => ({ time: i + 1, acquiredMs: s * 1000 }));
const told = (...args: Parameters<typeof timingProblems>) =>
  timingProblems(...args).map(({ kind, text }) => `${kind}: ${text}`);

describe("timingProblems", () => {
  it("finds nothing in a regular series, missing points or not", () => {
    expect(told(points(0, 60, 120.5, 179, 240), rules)).toEqual([]);
    const gap = [1, 2, 3, 7, 8].map((time) => ({ time, acquiredMs: time * 60_000 }));
    expect(told(gap, rules)).toEqual([]);
  });

  it("tells a frame that came late, and one that came early", () => {
    expect(told(points(0, 60, 120, 300, 320, 380), rules)).toEqual([
      "late: t4 was taken 180 s after t3, where 60 s are usual",
      "early: t5 was taken 20 s after t4, where 60 s are usual",
    ]);
  });

  it("tells names that contradict the true times", () => {
    expect(told(points(0, 60, 30, 90, 150, 210), rules)[0]).toBe("out-of-order: t3 was taken 30 s before t2");
  });

  it("tells an interval that is not the one that was meant, once", () => {
    expect(told(points(0, 120, 240, 360), { ...rules, intervalMs: 60_000 })).toEqual([
      "interval: frames were taken every 120 s (median), not every 60 s",
    ]);
  });

  it("calls no interval usual that it has seen twice only, unless it was told", () => {
    expect(told(points(0, 60, 600), rules)).toEqual([]);
    expect(told(points(0, 60, 600), { ...rules, intervalMs: 60_000 })).toHaveLength(1);
  });

  it("never alarms when every interval is within the tolerance of the median's least and most", () => {
    const steps = fc.array(fc.integer({ min: 900, max: 1100 }), { maxLength: 50 });
    fc.assert(
      fc.property(steps, (intervals) => {
        let at = 0;
        const series = intervals.map((ms, time) => {
          at += ms;
          return { time, acquiredMs: at };
        });
        expect(timingProblems(series, rules)).toEqual([]);
      }),
    );
  });
});
