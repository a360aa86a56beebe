import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/train/random.js";

const seeds = fc.integer({ min: -(2 ** 31), max: 2 ** 31 });

describe("createRandom", () => {
  test("draws the same numbers from the same seed, for ever", () => {
    const random = createRandom(1);
    // Pools on disk and cards rely on these very numbers.
    expect(
      [random.uniform(), random.uniform(), random.integer(0, 99), random.sign()].map((x) => Number(x.toFixed(9))),
    ).toEqual([0.522313503, 0.906283391, 87, 1]);
  });

  test("draws others from another seed, also from a neighbour", () => {
    fc.assert(fc.property(seeds, (seed) => createRandom(seed).uniform() !== createRandom(seed + 1).uniform()));
  });

  test("keeps to its bounds", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: -50, max: 50 }), fc.nat(20), (seed, low, span) => {
        const random = createRandom(seed);
        for (let k = 0; k < 20; k++) {
          const u = random.uniform();
          expect(u >= 0 && u < 1).toBe(true);
          const i = random.integer(low, low + span);
          expect(Number.isInteger(i) && i >= low && i <= low + span).toBe(true);
          const b = random.between(low, low + span);
          expect(b >= low && b <= low + span).toBe(true);
          const g = random.logBetween(0.1, 10);
          expect(g >= 0.1 && g <= 10).toBe(true);
          expect(Number.isFinite(random.normal())).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("reaches both ends of a range of integers", () => {
    const random = createRandom(3);
    expect(new Set(Array.from({ length: 200 }, () => random.integer(2, 5)))).toEqual(new Set([2, 3, 4, 5]));
  });

  test("has a mean and a spread as its names say", () => {
    const random = createRandom(4);
    const n = 20_000;
    const mean = (draw: () => number) => Array.from({ length: n }, draw).reduce((a, b) => a + b, 0) / n;
    expect(mean(() => random.uniform())).toBeCloseTo(0.5, 1);
    expect(mean(() => random.normal())).toBeCloseTo(0, 1);
    expect(mean(() => random.normal() ** 2)).toBeCloseTo(1, 1);
    expect(mean(() => (random.chance(0.25) ? 1 : 0))).toBeCloseTo(0.25, 1);
    expect(mean(() => Math.log(random.logBetween(0.5, 2)))).toBeCloseTo(0, 1);
    expect(mean(() => random.sign())).toBeCloseTo(0, 1);
  });

  test("a fork goes its own way, however much is drawn from it", () => {
    const [a, b] = [createRandom(5), createRandom(5)];
    const [forkA] = [a.fork(), b.fork()];
    for (let k = 0; k < 10; k++) forkA.uniform();
    expect(a.uniform()).toBe(b.uniform());
  });

  test("picks one of what there is, and says when there is nothing", () => {
    const random = createRandom(6);
    expect(["a", "b"]).toContain(random.pick(["a", "b"]));
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
