import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Distance } from "../../../src/optics/distance.js";
import { PLAN_FLUOR_10X } from "../../../src/optics/optics.js";
import { possibleTransfers, reachOf, TRANSFER_SIDE } from "../../../src/restore/consistency/transfers.js";
import { defocusWeakObject } from "../../../src/train/optics/weak-object.js";
import { grating, harmonic } from "../../train/support/planes.js";
import { SAMPLING } from "./support.js";

const IN_FOCUS: Distance = { dof: 0, low: 0, high: 0 };

/** At both ends of what is tried: in between, each further distance costs 60 ms. */
const distances = fc
  .record({
    dof: fc.oneof(fc.double({ min: 0, max: 0.4, noNaN: true }), fc.double({ min: 5, max: 5.2, noNaN: true })),
    down: fc.double({ min: 0, max: 0.4, noNaN: true }),
    up: fc.double({ min: 0, max: 0.4, noNaN: true }),
  })
  .map(({ dof, down, up }): Distance => ({ dof, low: Math.max(0, dof - down), high: Math.min(5.2, dof + up) }));

describe("the reach of a distance", () => {
  test("is its interval's longer arm, and never below 0.25 DOF units", () => {
    expect(reachOf({ dof: 2, low: 1.2, high: 2.5 })).toBeCloseTo(0.8, 12);
    expect(reachOf({ dof: 2, low: 1.9, high: 2.5 })).toBeCloseTo(0.5, 12);
    expect(reachOf({ dof: 2, low: 1.9, high: 2.1 })).toBe(0.25);
  });
});

describe("the possible transfer functions", () => {
  test("are of all distances within reach, every tenth of a DOF unit, and of none below 0 or above 5.2", () => {
    fc.assert(
      fc.property(distances, (distance) => {
        const reach = (distance.dof < 1 ? 1 : 2) * reachOf(distance);
        const low = Math.max(0, distance.dof - reach);
        const high = Math.min(5.2, distance.dof + reach);
        const dofs = [...new Set(possibleTransfers(distance, SAMPLING).map(({ dof }) => dof))];
        expect(dofs[0]).toBeGreaterThanOrEqual(low - 1e-9);
        expect(dofs[0]).toBeLessThan(low + 0.1);
        expect(dofs.at(-1)).toBeLessThanOrEqual(high + 1e-9);
        expect(dofs.at(-1)).toBeGreaterThan(high - 0.1);
        for (const [k, dof] of dofs.slice(1).entries()) expect(dof - dofs[k]!).toBeCloseTo(0.1, 9);
        // They are shown to people: 0.3, not 0.30000000000000004.
        for (const dof of dofs) expect(String(dof)).toMatch(/^\d(\.\d)?$/);
      }),
      { numRuns: 25 },
    );
  });

  test("leave what has no detail as it is, and have a value for every frequency of the spectrum", () => {
    for (const { filter } of possibleTransfers({ dof: 0.3, low: 0.1, high: 0.5 }, SAMPLING)) {
      expect(filter[0]).toBe(1);
      expect(filter.length).toBeGreaterThan(TRANSFER_SIDE * Math.SQRT1_2 + 1);
      expect(filter.every((value) => Number.isFinite(value))).toBe(true);
    }
  });

  test("in focus leave everything as it is, and out of focus they do not", () => {
    const all = possibleTransfers(IN_FOCUS, SAMPLING);
    const farthest = (filter: Float64Array) => Math.max(...filter.map((value) => Math.abs(value - 1)));
    const [inFocus, beside] = [all.filter(({ dof }) => dof === 0), all.filter(({ dof }) => dof > 0.15)];
    expect(inFocus).toHaveLength(15);
    for (const { filter } of inFocus) expect(farthest(filter)).toBeLessThan(1e-9);
    for (const { filter } of beside) expect(farthest(filter)).toBeGreaterThan(0.01);
  });

  test("do to a frequency what the optics do to a plane", () => {
    const one = possibleTransfers({ dof: 5.2, low: 5.2, high: 5.2 }, 0.4).at(-1)!;
    const optics = {
      ...PLAN_FLUOR_10X,
      annulusRadius: one.annulusRadius,
      sphericalWaves: one.sphericalWaves,
      pixelUm: (one.sampling * PLAN_FLUOR_10X.wavelengthUm) / PLAN_FLUOR_10X.na,
    };
    for (const cycles of [10, 30, 60]) {
      const plane = defocusWeakObject(grating(TRANSFER_SIDE, cycles, 0, 1), optics, one.dof, 0.04);
      expect(harmonic(plane, cycles, 0).re).toBeCloseTo(one.filter[cycles]!, 4);
    }
  });

  test("are of more objectives where nobody knows the sampling", () => {
    const known = possibleTransfers(IN_FOCUS, SAMPLING);
    const unknown = possibleTransfers(IN_FOCUS);
    const samplings = new Set(unknown.map(({ sampling }) => sampling));
    expect(new Set(known.map(({ sampling }) => sampling))).toEqual(new Set([SAMPLING]));
    expect(samplings.size).toBeGreaterThan(3);
    expect(unknown).toHaveLength(samplings.size * known.length);
    expect(Math.min(...samplings)).toBeLessThan(0.25);
    expect(Math.max(...samplings)).toBeGreaterThan(0.45);
  });
});

describe("what one frame is held to", () => {
  const fresh = async () => {
    vi.resetModules();
    return (await import("../../../src/restore/consistency/transfers.js")).possibleTransfers;
  };

  test("does not hang on which frames came before", async () => {
    const [one, other] = [await fresh(), await fresh()];
    one({ dof: 0.1, low: 0, high: 0.4 }, 0.33049);
    one(IN_FOCUS);
    expect(one(IN_FOCUS, 0.32951)).toEqual(other(IN_FOCUS, 0.32951));
    expect(one(IN_FOCUS, 0.33049)[0]?.sampling).toBe(0.33);
    expect(one(IN_FOCUS, 0.34)).not.toEqual(one(IN_FOCUS, 0.33));
  });

  test("is the same again after frames of more samplings than are kept", () => {
    const before = structuredClone(possibleTransfers(IN_FOCUS, SAMPLING));
    for (let k = 0; k < 250; k++) possibleTransfers(IN_FOCUS, 0.2 + k / 1000);
    expect(possibleTransfers(IN_FOCUS, SAMPLING)).toEqual(before);
  });
});
