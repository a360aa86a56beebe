import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { areaUnderCurve } from "../../../src/train/metrics/auc.js";
import { eightBitScale, toEightBit } from "../../../src/train/metrics/eight-bit.js";
import { meanAbsoluteError } from "../../../src/train/metrics/mean-absolute-error.js";
import { ssim } from "../../../src/train/metrics/ssim.js";
import { createPlane, mapPlane, quantile } from "../../../src/train/plane.js";
import { naiveSsim } from "../support/naive-ssim.js";
import { noise } from "../support/planes.js";

describe("the 8-bit scale", () => {
  test("puts the reference's 0.1 and 99.9 percentiles at 0 and 255, and clips", () => {
    const reference = noise(200, 200, 1, 2000, 300);
    const scaled = toEightBit(reference, eightBitScale(reference));
    // 40 of 40,000 pixels at either end.
    expect(scaled.data.filter((value) => value === 0)).toHaveLength(40);
    expect(scaled.data.filter((value) => value === 255)).toHaveLength(40);
    expect(quantile(scaled.data, 0.5)).toBeCloseTo(127, -1);
    expect(Math.min(...scaled.data)).toBe(0);
    expect(Math.max(...scaled.data)).toBe(255);
  });

  test("does not round, and does not divide by nothing", () => {
    expect(toEightBit(createPlane(1, 1, 1), { low: 0, high: 1000 }).data[0]).toBeCloseTo(0.255, 6);
    expect(toEightBit(createPlane(4, 4, 7), eightBitScale(createPlane(4, 4, 7))).data.every(Number.isFinite)).toBe(
      true,
    );
  });
});

describe("SSIM", () => {
  const a = noise(23, 17, 1, 120, 40);

  test("is what the definition gives", () => {
    for (const b of [
      noise(23, 17, 2, 120, 40),
      mapPlane(a, (v) => 0.7 * v + 30),
      mapPlane(a, (v, i) => v + 20 * Math.cos(i)),
    ]) {
      expect(ssim(a, b)).toBeCloseTo(naiveSsim(a, b, 255), 5);
    }
  });

  test("is 1 for the same, the same both ways round, and negative for the inverted", () => {
    expect(ssim(a, a)).toBeCloseTo(1, 12);
    const b = noise(23, 17, 3, 120, 40);
    expect(ssim(a, b)).toBeCloseTo(ssim(b, a), 12);
    expect(
      ssim(
        a,
        mapPlane(a, (v) => 240 - v),
      ),
    ).toBeLessThan(0);
  });

  test("refuses what cannot be compared", () => {
    expect(() => ssim(a, createPlane(17, 23))).toThrow(RangeError);
    expect(() => ssim(createPlane(10, 30), createPlane(10, 30))).toThrow(RangeError);
  });
});

test("the mean absolute error", () => {
  expect(meanAbsoluteError(createPlane(3, 3, 5), createPlane(3, 3, 7.5))).toBe(2.5);
  expect(() => meanAbsoluteError(createPlane(3, 3), createPlane(3, 4))).toThrow(RangeError);
});

describe("the area under the curve", () => {
  test("is 1 when all positives lie above, 0 when below, a half when all are alike", () => {
    expect(areaUnderCurve([0.8, 0.9], [0.1, 0.2, 0.3])).toBe(1);
    expect(areaUnderCurve([0.1], [0.5, 0.6])).toBe(0);
    expect(areaUnderCurve([0.5, 0.5], [0.5])).toBe(0.5);
    expect(areaUnderCurve([], [1])).toBeNaN();
  });

  test("is the share of pairs that are in order", () => {
    const scores = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const pairs = positives.flatMap((p): number[] => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
        const expected = pairs.reduce((sum, x) => sum + x, 0) / pairs.length;
        expect(areaUnderCurve(positives, negatives)).toBeCloseTo(expected, 12);
      }),
    );
  });
});
