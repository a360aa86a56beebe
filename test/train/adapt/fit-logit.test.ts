import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitLogit, loss, probability, type Said, UNCHANGED } from "../../../src/train/adapt/fit-logit.js";
import { createRandom } from "../../../src/train/random.js";

/** Frames of nine tiles whose logits lie about `middle` ± `apart`. */
function frames(count: number, middle: number, apart: number, spread = 0.5): Said[] {
  const random = createRandom(4);
  return Array.from({ length: count }, (_, k) => {
    const isDefocused = k % 2 === 1;
    const tiles = Array.from({ length: 9 }, () => ({
      logit: middle + (isDefocused ? apart : -apart) + spread * random.normal(),
      weight: random.between(0.2, 1),
    }));
    return { isDefocused, tiles };
  });
}

const wrong = (said: readonly Said[], line = UNCHANGED) =>
  said.filter(({ isDefocused, tiles }) => {
    const sum = tiles.reduce((total, tile) => total + tile.weight * probability(tile.logit, line), 0);
    return sum / tiles.reduce((total, tile) => total + tile.weight, 0) > 0.5 !== isDefocused;
  }).length;

describe("the line", () => {
  test("moves to where frames part", () => {
    for (const middle of [3, -3]) {
      const said = frames(40, middle, 1.5);
      expect(wrong(said)).toBe(20);
      const line = fitLogit(said);
      expect(wrong(said, line)).toBe(0);
      expect(Math.sign(line.shift)).toBe(-Math.sign(middle));
    }
  });

  test("stays about where it was when it lies right", () => {
    const { scale, shift } = fitLogit(frames(40, 0, 2, 1));
    expect(Math.abs(shift / scale)).toBeLessThan(0.5);
  });

  test("has an end though two classes lie apart, and holds on to the old one with few frames", () => {
    const far = fitLogit(frames(100, 0, 10, 0.01));
    expect(far.scale).toBeLessThanOrEqual(3);
    expect(Math.abs(fitLogit(frames(2, 4, 1)).shift)).toBeLessThan(Math.abs(fitLogit(frames(60, 4, 1)).shift));
  });

  test("does not move on frames of one class only", () => {
    expect(fitLogit(frames(10, 2, 1).filter(({ isDefocused }) => isDefocused))).toBe(UNCHANGED);
    expect(fitLogit([])).toBe(UNCHANGED);
  });

  test("never makes what frames are less likely, both classes alike", () => {
    const tile = fc.record({
      logit: fc.double({ min: -12, max: 12, noNaN: true }),
      weight: fc.double({ min: 0.1, max: 1, noNaN: true }),
    });
    const some = fc.array(tile, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(some, { minLength: 1, maxLength: 6 }),
        fc.array(some, { minLength: 1, maxLength: 6 }),
        (a, b) => {
          const said = [
            ...a.map((tiles) => ({ isDefocused: false, tiles })),
            ...b.map((tiles) => ({ isDefocused: true, tiles })),
          ];
          const mean = (ones: readonly Said[], line: typeof UNCHANGED) =>
            ones.reduce((total, { tiles, isDefocused }) => {
              const weights = tiles.reduce((sum, one) => sum + one.weight, 0);
              const p = tiles.reduce((sum, one) => sum + one.weight * probability(one.logit, line), 0) / weights;
              return total + loss(p, isDefocused);
            }, 0) / ones.length;
          const cost = (line: typeof UNCHANGED) =>
            mean(said.slice(0, a.length), line) + mean(said.slice(a.length), line);
          expect(cost(fitLogit(said))).toBeLessThanOrEqual(cost(UNCHANGED) + 1e-3);
        },
      ),
    );
  });
});
