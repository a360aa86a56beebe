import { describe, expect, test } from "vitest";
import { addNoise, drawNoise } from "../../../src/train/loop/augment.js";
import { createPlane, meanAndSd } from "../../../src/train/plane.js";
import { createRandom } from "../../../src/train/random.js";

const SIDE = 256;
const flat = createPlane(SIDE, SIDE, 1);
const noiseOf = (grained: boolean) => addNoise(flat, { sd: 0.01, offset: 12_345, grained }).data.map((v) => v - 1);

/** Correlation of each pixel with the one `step` further. */
function correlation(data: Float32Array, step: number): number {
  const { sd } = meanAndSd(data);
  let sum = 0;
  for (let i = 0; i + step < data.length; i++) sum += data[i]! * data[i + step]!;
  return sum / (data.length - step) / sd ** 2;
}

describe("noise", () => {
  test.each([false, true])("has the s.d. that was drawn (grained: %s)", (grained) => {
    const { mean, sd } = meanAndSd(noiseOf(grained));
    expect(Math.abs(mean)).toBeLessThan(5e-4);
    expect(Math.abs(sd / 0.01 - 1)).toBeLessThan(0.03);
  });

  test("white noise has no neighbours in common, grained noise has, across and down", () => {
    for (const step of [1, SIDE]) {
      expect(Math.abs(correlation(noiseOf(false), step))).toBeLessThan(0.02);
      // (1 2 1) correlates by (1·2 + 2·1) / 6 at one pixel.
      expect(Math.abs(correlation(noiseOf(true), step) - 2 / 3)).toBeLessThan(0.03);
    }
  });

  test("some draws are grained, some have no noise", () => {
    const random = createRandom(4);
    const draws = Array.from({ length: 400 }, () => drawNoise(random));
    expect(draws.filter(({ grained }) => grained).length / 400).toBeCloseTo(0.3, 1);
    expect(draws.filter(({ sd }) => sd === 0).length / 400).toBeCloseTo(0.25, 1);
  });
});
