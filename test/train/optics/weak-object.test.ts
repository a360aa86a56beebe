import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PLAN_FLUOR_10X } from "../../../src/optics/optics.js";
import { weakObjectTransfer } from "../../../src/optics/weak-object-transfer.js";
import { drawOptics } from "../../../src/train/optics/draw-optics.js";
import { defocusWeakObject, defocusWeakObjectSeries } from "../../../src/train/optics/weak-object.js";
import { createRandom } from "../../../src/train/random.js";
import { blobs, grating, harmonic, maxAbsDifference, noise, rms } from "../support/planes.js";

describe("defocusWeakObject", () => {
  const n = 96;

  test("is the identity at z = 0", () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 0.12, noNaN: true }), (seed, absorption) => {
        const plane = noise(n, n, seed, 1, 0.1);
        const optics = drawOptics(createRandom(seed));
        return maxAbsDifference(defocusWeakObject(plane, optics, 0, absorption).data, plane.data) < 1e-5;
      }),
      { numRuns: 20 },
    );
  });

  test("keeps the mean", () => {
    const plane = blobs(n, 0.1);
    const mean = (data: Float32Array) => data.reduce((a, b) => a + b, 0) / data.length;
    expect(mean(defocusWeakObject(plane, PLAN_FLUOR_10X, 3).data)).toBeCloseTo(mean(plane.data), 6);
  });

  test("multiplies a grating by (H(z)H(0) + ε)/(H(0)² + ε), without shifting it", () => {
    const bin = fc.integer({ min: -30, max: 30 });
    fc.assert(
      fc.property(bin, bin, fc.double({ min: -5, max: 5, noNaN: true }), (kx, ky, dof) => {
        fc.pre(kx !== 0 || ky !== 0);
        const optics = PLAN_FLUOR_10X;
        const out = defocusWeakObject(grating(n, kx, ky, 0.1, 1), optics, dof);
        const [focus, defocused] = [weakObjectTransfer(optics, 0), weakObjectTransfer(optics, dof)];
        const perBin = 1 / (n * optics.pixelUm);
        let largest = 0;
        for (let k = 0; k < n; k++) largest = Math.max(largest, focus.at(k * perBin) ** 2);
        const epsilon = 0.002 * largest;
        // The filter is tabled per whole bin and interpolated between.
        const ratio = (k: number) => {
          const h0 = focus.at(k * perBin);
          return (defocused.at(k * perBin) * h0 + epsilon) / (h0 * h0 + epsilon);
        };
        const radius = Math.hypot(kx, ky);
        const low = Math.floor(radius);
        const expected = ratio(low) + (ratio(low + 1) - ratio(low)) * (radius - low);
        const { re, im } = harmonic(out, kx, ky);
        expect(re).toBeCloseTo(0.1 * expected, 4);
        expect(im).toBeCloseTo(0, 4);
      }),
      { numRuns: 40 },
    );
  });

  test("leaves alone what lies beyond the cut-off: the camera's noise", () => {
    // At 0.3 µm a pixel the cut-off lies at 0.26 cycles per pixel.
    const optics = { ...PLAN_FLUOR_10X, pixelUm: 0.3 };
    const fine = grating(n, 40, 11, 0.1, 1);
    expect(maxAbsDifference(defocusWeakObject(fine, optics, 4).data, fine.data)).toBeLessThan(1e-5);
  });

  test("a series is the same as one at a time, whatever its length", () => {
    const plane = blobs(n, 0.1);
    const dofs = [0.3, -2, 4];
    const series = defocusWeakObjectSeries(plane, PLAN_FLUOR_10X, dofs, 0.05);
    expect(series).toHaveLength(3);
    dofs.forEach((dof, k) => {
      const alone = defocusWeakObject(plane, PLAN_FLUOR_10X, dof, 0.05);
      expect(maxAbsDifference(series[k]!.data, alone.data)).toBeLessThan(1e-5);
    });
  });

  test("more defocus, more difference, at first", () => {
    const plane = blobs(n, 0.1);
    const change = [0.2, 0.5, 1, 2].map((dof) => {
      const out = defocusWeakObject(plane, PLAN_FLUOR_10X, dof);
      return rms(out.data.map((v, i) => v - plane.data[i]!));
    });
    expect(change).toEqual([...change].sort((a, b) => a - b));
  });
});
