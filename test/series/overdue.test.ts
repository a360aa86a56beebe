import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Arrival, expectNext } from "../../src/series/overdue.js";

const MINUTE = 60_000;
/** One every ten minutes, as told by the files, seen after so much. */
const arrival = (time: number, seenMs = time * 10 * MINUTE): Arrival => ({
  ...{ time, seenMs },
  acquiredMs: time * 10 * MINUTE,
});
const series = (...times: number[]) => times.map((time) => arrival(time));
const rules = { factor: 3, intervalMs: null };

describe("expectNext", () => {
  it("waits for so many intervals after the newest file", () => {
    expect(expectNext(series(1, 2, 3, 4), rules)).toEqual({
      ...{ lastTime: 4, lastSeenMs: 40 * MINUTE, intervalMs: 10 * MINUTE, untilMs: 70 * MINUTE },
    });
  });

  it("goes by the interval that is configured, then by the files, then by when they came", () => {
    const slow = series(1, 2, 3, 4).map((one) => ({ ...one, seenMs: one.time * 12 * MINUTE }));
    expect(expectNext(slow, { ...rules, intervalMs: 15 * MINUTE })?.intervalMs).toBe(15 * MINUTE);
    expect(expectNext(slow, rules)?.intervalMs).toBe(10 * MINUTE);
    const untold = slow.map((one) => ({ ...one, acquiredMs: null }));
    expect(expectNext(untold, rules)?.intervalMs).toBe(12 * MINUTE);
  });

  it("counts a gap as several intervals, and does not mind one long pause", () => {
    expect(expectNext(series(1, 2, 5, 6), rules)?.intervalMs).toBe(10 * MINUTE);
    const paused = [...series(1, 2, 3), arrival(4, 300 * MINUTE), arrival(5, 310 * MINUTE)];
    expect(expectNext(paused, rules)?.untilMs).toBe(340 * MINUTE);
  });

  it("takes a late file of an earlier time point for a sign of life", () => {
    const late = [...series(1, 3, 4, 5), arrival(2, 52 * MINUTE)];
    expect(expectNext(late, rules)).toMatchObject({ lastTime: 5, lastSeenMs: 52 * MINUTE });
  });

  it.each<[string, Arrival[]]>([
    ["too little is known", series(1, 2, 3)],
    ["nothing is known", []],
    ["a series is copied", series(1, 2, 3, 4).map((one) => ({ ...one, seenMs: one.time * 2000 }))],
    ["a backlog is caught up with", [1, 2, 3, 4, 5].map((time) => arrival(time, 100 * MINUTE))],
    [
      "files come many a second",
      series(1, 2, 3, 4).map((one) => ({ ...one, seenMs: one.time * 300, acquiredMs: null })),
    ],
  ])("expects nothing where %s", (_, arrivals) => expect(expectNext(arrivals, rules)).toBeUndefined());

  it("does not hang on the order in which time points are told", () => {
    const one = fc.record({ time: fc.nat(40), seenMs: fc.nat(1e7), acquiredMs: fc.option(fc.nat(1e7)) });
    const some = fc.uniqueArray(one, { selector: ({ time }) => time, maxLength: 12 });
    const two = some.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(fc.property(two, ([a, b]) => void expect(expectNext(a, rules)).toEqual(expectNext(b, rules))));
  });
});
