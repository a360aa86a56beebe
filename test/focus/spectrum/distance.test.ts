import fc from "fast-check";
import { expect, it } from "vitest";
import { distanceFrom, FARTHEST_DOF } from "../../../src/focus/spectrum/distance.js";

const widen = { withSampling: 2, withoutSampling: 3 };
const row = (features: number, sampling = 0, known = 0) => [
  ...Array.from({ length: 48 }, (_, k) => (k === 0 ? features : 0)),
  sampling,
  known,
];
const features = (first: number) => Float64Array.from({ length: 48 }, (_, k) => (k === 0 ? first : 0));
/** softplus of this is 0.5. */
const HALF = Math.log(Math.exp(0.5) - 1);

it("is the median and the widened steps down and up", () => {
  const layers = [{ weights: [row(1), row(0), row(0)], bias: [0, HALF, HALF] }];
  const close = (value: number) => expect.closeTo(value, 12);
  expect(distanceFrom(features(2.5), { layers, widen }, 0.4)).toEqual({ dof: 2.5, low: close(1.5), high: close(3.5) });
  expect(distanceFrom(features(2.5), { layers, widen })).toEqual({ dof: 2.5, low: close(1), high: close(4) });
});

it("is told the sampling, and whether there is one", () => {
  const layers = [{ weights: [row(0, 1, -1), row(0), row(0)], bias: [3, HALF, HALF] }];
  expect(distanceFrom(features(0), { layers, widen })!.dof).toBe(3);
  expect(distanceFrom(features(0), { layers, widen }, 0.35)!.dof).toBe(2);
  expect(distanceFrom(features(0), { layers, widen }, 0.35 * Math.exp(0.25))!.dof).toBeCloseTo(2.25, 12);
});

it("does not tell of samplings that were not learnt", () => {
  const layers = [{ weights: [row(1), row(0), row(0)], bias: [0, 0, 0] }];
  for (const sampling of [0, 0.14, 0.66, 3, Number.NaN, Number.POSITIVE_INFINITY])
    expect(distanceFrom(features(2), { layers, widen }, sampling)).toBeNull();
  for (const sampling of [0.15, 0.65]) expect(distanceFrom(features(2), { layers, widen }, sampling)).not.toBeNull();
});

it("keeps to what was learnt, in order, whatever the network says", () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(number, number, number, (middle, down, up) => {
      const layers = [{ weights: [row(0), row(0), row(0)], bias: [middle, down, up] }];
      const { dof, low, high } = distanceFrom(features(0), { layers, widen }, 0.475)!;
      expect(low).toBeGreaterThanOrEqual(0);
      expect(dof).toBeGreaterThanOrEqual(low);
      expect(high).toBeGreaterThanOrEqual(dof);
      expect(high).toBeLessThanOrEqual(FARTHEST_DOF);
    }),
  );
});
