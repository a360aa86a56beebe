import { describe, expect, test, vi } from "vitest";
import { PLAN_FLUOR_10X } from "../../../src/optics/optics.js";
import { spectraOf } from "../../../src/restore/spectra.js";
import { explain, possibleDefoci } from "../../../src/restore/trust/refocus.js";
import { defocusWeakObject } from "../../../src/train/optics/weak-object.js";
import { noise } from "../../train/support/planes.js";

const SIDE = 128;
const SAMPLING = 0.33;
const optics = {
  ...PLAN_FLUOR_10X,
  annulusRadius: 0.6,
  pixelUm: (SAMPLING * PLAN_FLUOR_10X.wavelengthUm) / PLAN_FLUOR_10X.na,
};
const spectra = (source: Float32Array, restored: Float32Array) =>
  spectraOf(source, restored, SIDE, { left: 0, top: 0 }, SIDE);
/** Like cells: detail of all sizes. */
const focused = noise(SIDE, SIDE, 3, 0, 1);

test("what a frame is compared with does not hang on which frames came before", async () => {
  const fresh = async () => {
    vi.resetModules();
    return (await import("../../../src/restore/trust/refocus.js")).possibleDefoci;
  };
  const [one, other] = [await fresh(), await fresh()];
  one(64, 0.3349);
  expect(one(64, 0.3251)).toEqual(other(64, 0.3251));
  expect(one(64, 0.34)).not.toEqual(one(64, 0.33));
});

describe("explaining a source by its reconstruction", () => {
  test("finds the defocus that was applied, and leaves nothing unexplained", () => {
    for (const dof of [0, 1, 2, 3.5]) {
      const source = defocusWeakObject(focused, optics, dof, 0.04);
      const found = explain(spectra(source.data, focused.data), possibleDefoci(SIDE, SAMPLING));
      expect(found.dof).toBe(dof);
      // The window that each piece is seen through comes after the defocus, not before it.
      expect(found.unexplained).toBeLessThan(0.12);
    }
  });

  test("finds it among objectives of every sampling, within a step or two", () => {
    const source = defocusWeakObject(focused, optics, 2.5, 0.04);
    const found = explain(spectra(source.data, focused.data), possibleDefoci(SIDE));
    expect(Math.abs(found.dof - 2.5)).toBeLessThanOrEqual(0.5);
  });

  test("something else explains less than what it was made from", () => {
    const source = defocusWeakObject(focused, optics, 2, 0.04);
    const defoci = possibleDefoci(SIDE, SAMPLING);
    const right = explain(spectra(source.data, focused.data), defoci).unexplained;
    const inverted = focused.data.map((value) => -value);
    const other = noise(SIDE, SIDE, 99, 0, 1).data;
    expect(explain(spectra(source.data, inverted), defoci).unexplained).toBeGreaterThan(5 * right);
    expect(explain(spectra(source.data, other), defoci).unexplained).toBeGreaterThan(5 * right);
  });

  test("an empty piece leaves nothing unexplained", () => {
    const empty = new Float32Array(SIDE * SIDE);
    expect(explain(spectra(empty, empty), possibleDefoci(SIDE, SAMPLING))).toMatchObject({ dof: 0, unexplained: 0 });
  });
});
