import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrap } from "../../src/evaluate/bootstrap.js";
import { calibration, rocCurve } from "../../src/evaluate/curves.js";
import { areaUnderCurve } from "../../src/train/metrics/auc.js";
import { peakSignalToNoise } from "../../src/train/metrics/psnr.js";
import { createPlane } from "../../src/train/plane.js";
import { createRandom } from "../../src/train/random.js";

const mean = (values: readonly { value: number }[]) =>
  values.reduce((sum, { value }) => sum + value, 0) / values.length;

describe("the bootstrap", () => {
  const random = createRandom(5);
  const items = Array.from({ length: 400 }, (_, k) => ({ group: String(k % 100), value: random.normal() }));
  const groupOf = ({ group }: { group: string; value: number }) => group;

  test("of a mean is as wide as theory has it: 1.96 s.d. of the mean either way", () => {
    const { value, low, high } = bootstrap(items, groupOf, mean, 1);
    expect(value).toBeCloseTo(mean(items), 12);
    expect(low!).toBeLessThan(value!);
    expect((high! - low!) / 2).toBeGreaterThan(0.08);
    expect((high! - low!) / 2).toBeLessThan(0.12);
  });

  test("is wider where the frames of a group are alike", () => {
    const alike = items.map((item) => ({ ...item, value: items[Number(item.group)]!.value }));
    const width = ({ low, high }: { low: number | null; high: number | null }) => high! - low!;
    expect(width(bootstrap(alike, groupOf, mean, 1))).toBeGreaterThan(1.5 * width(bootstrap(items, groupOf, mean, 1)));
  });

  test("gives no interval for three groups, and no figure for none", () => {
    const three = items.map((item, k) => ({ ...item, group: String(k % 3) }));
    expect(bootstrap(three, groupOf, mean, 1)).toMatchObject({ low: null, high: null, groups: 3 });
    expect(bootstrap([], groupOf, mean, 1).value).toBeNull();
  });
});

describe("the ROC curve", () => {
  const scores = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });

  test("has below it the area that the ranks give", () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const curve = rocCurve(positives, negatives);
        const area = curve.slice(1).reduce((sum, p, k) => sum + ((p.x - curve[k]!.x) * (p.y + curve[k]!.y)) / 2, 0);
        expect(area).toBeCloseTo(areaUnderCurve(positives, negatives), 10);
        expect(curve.at(-1)).toEqual({ x: 1, y: 1 });
      }),
    );
  });
});

describe("calibration", () => {
  test("of probabilities that come true has no error, and Brier p(1 − p)", () => {
    const said = Array.from({ length: 100 }, (_, k) => ({ p: 0.25, isSo: k < 25 }));
    const { bins, error, brier } = calibration(said);
    expect(bins).toEqual([{ said: 0.25, found: 0.25, count: 100 }]);
    expect(error).toBeCloseTo(0, 12);
    expect(brier).toBeCloseTo(0.1875, 12);
  });

  test("of one who is sure and always wrong is as wrong as can be", () => {
    expect(
      calibration([
        { p: 1, isSo: false },
        { p: 0, isSo: true },
      ]),
    ).toMatchObject({ error: 1, brier: 1 });
  });
});

describe("PSNR", () => {
  test("is 20 log10(255 / difference) for a constant difference", () => {
    expect(peakSignalToNoise(createPlane(9, 9, 10), createPlane(9, 9, 35.5))).toBeCloseTo(20, 6);
    expect(peakSignalToNoise(createPlane(9, 9, 1), createPlane(9, 9, 1))).toBe(Number.POSITIVE_INFINITY);
  });
});
