import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutOff, depthOfFieldUm, type Optics, PLAN_FLUOR_10X, pupil } from "../../src/optics/optics.js";
import { drawAbsorption, drawOptics } from "../../src/train/optics/draw-optics.js";
import { createRandom } from "../../src/train/random.js";

const optics = PLAN_FLUOR_10X;

describe("optics", () => {
  test("one DOF unit is λ/NA²: 6.1 µm for the 10× NA 0.30", () => {
    expect(depthOfFieldUm(optics)).toBeCloseTo(6.11, 2);
  });

  test("the cut-off is NA(1 + annulus)/λ, with the annulus' outer edge", () => {
    expect(cutOff(optics)).toBeCloseTo((0.3 * (1 + 0.55 + 0.04)) / 0.55, 12);
  });

  test("the pupil is open up to the NA, closed beyond", () => {
    expect(pupil(optics, 1, 0).amplitude).toBe(1);
    expect(pupil(optics, 1.0001, 0).amplitude).toBe(0);
  });

  test("the ring attenuates and advances by a quarter wave; the rest does neither", () => {
    expect(pupil(optics, 0.55, 0)).toEqual({ amplitude: 0.5, phase: -Math.PI / 2 });
    expect(pupil(optics, 0.3, 0)).toEqual({ amplitude: 1, phase: 0 });
    expect(pupil(optics, 0.55 + 0.0701, 0)).toMatchObject({ amplitude: 1 });
  });

  test("one DOF unit of defocus turns the edge of the pupil by half a wave against its centre", () => {
    expect(pupil(optics, 1, 1).phase - pupil(optics, 0, 1).phase).toBeCloseTo(-Math.PI, 12);
    expect(pupil(optics, 0.2, 2).phase).toBeCloseTo(-pupil(optics, 0.2, -2).phase, 12);
  });

  test("spherical aberration is balanced: no defocus lowers its r.m.s. over the pupil", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (waves, dof) => {
          const aberrated = { ...optics, ringPhase: 0, sphericalWaves: waves };
          expect(rms(aberrated, 0)).toBeLessThanOrEqual(rms(aberrated, dof) + 1e-9);
        },
      ),
    );
    // Born & Wolf 9.1: W(ρ⁴ − ρ²) has an r.m.s. of W/(6√5).
    expect(rms({ ...optics, ringPhase: 0, sphericalWaves: 0.25 }, 0)).toBeCloseTo(
      (2 * Math.PI * 0.25) / (6 * Math.sqrt(5)),
      4,
    );
  });

  test("drawn optics are microscopes that could be built, finely enough sampled for their pupil", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const drawn = drawOptics(random);
        const sampling = (drawn.pixelUm * drawn.na) / drawn.wavelengthUm;
        expect(sampling).toBeGreaterThanOrEqual(0.18);
        expect(sampling).toBeLessThanOrEqual(0.55);
        expect(drawn.ringWidth).toBeGreaterThan(drawn.annulusWidth);
        expect(drawn.annulusRadius + drawn.ringWidth / 2).toBeLessThan(1);
        expect(drawn.annulusRadius - drawn.ringWidth / 2).toBeGreaterThan(0);
        expect(drawn.ringTransmission).toBeGreaterThan(0);
        expect(drawn.ringTransmission).toBeLessThan(1);
        // Positive phase contrast: the ring advances the background.
        expect(drawn.ringPhase).toBeLessThan(-1);
        expect(drawAbsorption(random)).toBeLessThanOrEqual(0.12);
      }),
      { numRuns: 200 },
    );
  });
});

/** Of the pupil's phase, rad, weighted by area. */
function rms(optics: Optics, dof: number): number {
  const rings = 2000;
  const phases = Array.from({ length: rings }, (_, k) => pupil(optics, Math.sqrt((k + 0.5) / rings), dof).phase);
  const mean = phases.reduce((sum, phase) => sum + phase, 0) / rings;
  return Math.sqrt(phases.reduce((sum, phase) => sum + (phase - mean) ** 2, 0) / rings);
}
