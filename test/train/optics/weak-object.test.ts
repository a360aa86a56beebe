import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawOptics } from "../../../src/train/optics/draw-optics.js";
import { cutOff, type Optics, PLAN_FLUOR_10X } from "../../../src/train/optics/optics.js";
import {
  defocusWeakObject,
  defocusWeakObjectSeries,
  weakObjectTransfer,
} from "../../../src/train/optics/weak-object.js";
import { createRandom } from "../../../src/train/random.js";
import { blobs, grating, harmonic, maxAbsDifference, noise, rms } from "../support/planes.js";

/** As training draws them, but without aberration and with an exact quarter wave. */
const ideal = fc
  .integer()
  .map((seed): Optics => ({ ...drawOptics(createRandom(seed)), sphericalWaves: 0, ringPhase: -Math.PI / 2 }));
const defocus = fc.double({ min: 0.2, max: 5, noNaN: true });

function frequencies(optics: Optics, count = 100): number[] {
  return Array.from({ length: count }, (_, k) => (k / count) * cutOff(optics));
}

describe("the transfer function of a weak phase object", () => {
  test("has the sign of positive phase contrast in focus: what retards looks dark, at no frequency bright", () => {
    fc.assert(
      fc.property(ideal, (optics) => {
        const h = weakObjectTransfer(optics, 0);
        const values = frequencies(optics).map((f) => h.at(f));
        expect(Math.max(...values)).toBeLessThanOrEqual(1e-9);
        // The weakest of the middle frequencies still has a tenth of the strongest's contrast.
        expect(Math.max(...values.slice(20, 45))).toBeLessThan(0.1 * Math.min(...values));
      }),
      { numRuns: 60 },
    );
  });

  test("is 0 at frequency 0: even phase shows no contrast", () => {
    expect(weakObjectTransfer(PLAN_FLUOR_10X, 0).at(0)).toBeCloseTo(0, 12);
  });

  test("is even in z up to what the width of the ring allows", () => {
    // Diffracted light that itself passes the ring is not retarded against the background; its term, sin of the defocus phase between
    // two places within the ring, is odd in z. It vanishes with the ring's width. With rings as wide as real ones (0.06 to 0.2 of the
    // NA) the odd part stayed below 3 % of the largest contrast in focus for 60 drawn optics, 1 % on average; 5 % is allowed.
    fc.assert(
      fc.property(ideal, defocus, (optics, dof) => {
        const [plus, minus, focus] = [dof, -dof, 0].map((z) => weakObjectTransfer(optics, z));
        const all = frequencies(optics);
        const largest = Math.max(...all.map((f) => Math.abs(focus!.at(f))));
        const odd = Math.max(...all.map((f) => Math.abs(plus!.at(f) - minus!.at(f)) / 2));
        expect(odd).toBeLessThan(0.05 * largest);
      }),
      { numRuns: 60 },
    );
  });

  test("is exactly even for an annulus and a ring without width", () => {
    fc.assert(
      fc.property(ideal, defocus, (drawn, dof) => {
        const optics = { ...drawn, annulusWidth: 0, ringWidth: 1e-9 };
        const [plus, minus] = [weakObjectTransfer(optics, dof), weakObjectTransfer(optics, -dof)];
        const largest = 2 / Math.sqrt(optics.ringTransmission);
        for (const f of frequencies(optics)) expect(Math.abs(plus.at(f) - minus.at(f))).toBeLessThan(1e-6 * largest);
      }),
      { numRuns: 30 },
    );
  });

  test("is not even with spherical aberration", () => {
    const optics = { ...PLAN_FLUOR_10X, sphericalWaves: 0.25 };
    const [plus, minus] = [weakObjectTransfer(optics, 1.5), weakObjectTransfer(optics, -1.5)];
    const differences = frequencies(optics).map((f) => Math.abs(plus.at(f) - minus.at(f)));
    expect(Math.max(...differences)).toBeGreaterThan(0.3);
  });

  test("ends at NA(1 + annulus)/λ and not before", () => {
    fc.assert(
      fc.property(ideal, fc.double({ min: 0, max: 3, noNaN: true }), (optics, beyond) => {
        const h = weakObjectTransfer(optics, 0);
        const limit = cutOff(optics);
        expect(h.at(limit * (1.000001 + beyond))).toBe(0);
        // Close to the end only few source points still reach: small, but not 0.
        expect(Math.abs(h.at(limit * 0.9))).toBeGreaterThan(1e-3);
      }),
      { numRuns: 60 },
    );
  });

  test("attenuating the ring raises the contrast by the root of the attenuation", () => {
    const mid = 0.4 * cutOff(PLAN_FLUOR_10X);
    const contrast = (ringTransmission: number) =>
      weakObjectTransfer({ ...PLAN_FLUOR_10X, ringTransmission }, 0).at(mid);
    expect(contrast(0.1) / contrast(0.4)).toBeCloseTo(2, 1);
  });

  test("reverses its sign with defocus: contrast reversal", () => {
    const h = weakObjectTransfer(PLAN_FLUOR_10X, 3);
    const signs = new Set(frequencies(PLAN_FLUOR_10X).map((f) => Math.sign(h.at(f))));
    expect(signs).toContain(1);
    expect(signs).toContain(-1);
  });

  test("absorption adds contrast at frequency 0, and darkens", () => {
    expect(weakObjectTransfer(PLAN_FLUOR_10X, 0, 0.1).at(0)).toBeCloseTo(-0.2, 6);
  });
});

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
