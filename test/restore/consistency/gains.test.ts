import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Gains, gainsFor } from "../../../src/restore/consistency/gains.js";
import type { LikelyTransfer } from "../../../src/restore/consistency/likely-transfer.js";
import { TRANSFER_SIDE } from "../../../src/restore/consistency/transfers.js";
import { ringsOf, type Spectra } from "../../../src/restore/spectra.js";

const BINS = TRANSFER_SIDE / 2;
const LENGTH = 184;
const rows = (value: (k: number) => number, length = LENGTH) => Float64Array.from({ length }, (_, k) => value(k));

function transferOf(mean: (k: number) => number, variance: (k: number) => number = () => 0): LikelyTransfer {
  const filter = rows(mean);
  const best = { dof: 2, annulusRadius: 0.58, sphericalWaves: 0, sampling: 0.33, filter };
  return { best, mean: filter, variance: rows(variance) };
}

/** Of a frame in focus with power 1000/(k+1), seen through `mean`, whose network is off by `error` times that power. */
function spectraOf({ mean }: LikelyTransfer, error: number): Spectra {
  const power = (k: number) => 1000 / (k + 1);
  return {
    source: rows((k) => mean[k]! ** 2 * power(k), BINS),
    restored: rows((k) => (1 + error) * power(k), BINS),
    common: rows((k) => mean[k]! * power(k), BINS),
  };
}

/** A network that answers nothing. */
const silent = (transfer: LikelyTransfer): Spectra => ({
  source: spectraOf(transfer, 0).source,
  restored: new Float64Array(BINS),
  common: new Float64Array(BINS),
});

/** Like a transfer function out of focus: it swings about 0. */
const swinging = transferOf((k) => Math.cos((k * k) / 700));

describe("what source and network count for", () => {
  test("a network that was guided counts for more, where source and network are both uncertain", () => {
    const [alone, guided] = [false, true].map((isGuided) => gainsFor(spectraOf(swinging, 0.5), swinging, isGuided));
    const share = ({ source }: Gains, k: number) => Math.abs(source[k]!);
    const rings = Array.from({ length: 80 }, (_, k) => k + 6).filter((k) => Math.abs(swinging.mean[k]!) < 0.4);
    for (const k of rings) expect(share(guided!, k)).toBeLessThanOrEqual(share(alone!, k) + 0.02);
    expect(rings.reduce((sum, k) => sum + share(alone!, k) - share(guided!, k), 0)).toBeGreaterThan(0.1);
    expect(guided!.unexplained).toBe(alone!.unexplained);
  });

  test("together give a frame back that the network got right, through any optics, with a quarter more contrast at most", () => {
    const values = fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: LENGTH, maxLength: LENGTH });
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: LENGTH, maxLength: LENGTH });
    const errors = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(values, shares, errors, (filter, variances, error) => {
        const transfer = transferOf(
          (k) => filter[k]!,
          (k) => variances[k]!,
        );
        const { source, network } = gainsFor(spectraOf(transfer, error), transfer);
        expect(source).toHaveLength(LENGTH);
        for (let k = 0; k < LENGTH; k++) {
          const contrast = source[k]! * filter[k]! + network[k]!;
          expect(contrast).toBeGreaterThan(1 - 1e-9);
          expect(contrast).toBeLessThan(1.25 + 1e-9);
          expect(network[k]).toBeGreaterThanOrEqual(0);
          expect(network[k]).toBeLessThanOrEqual(contrast + 1e-9);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("is the source where the optics let everything through, if the network is wrong", () => {
    const open = transferOf(() => 1);
    for (const spectra of [silent(open), spectraOf(open, 2)]) {
      const { source, network } = gainsFor(spectra, open);
      for (const gain of source) expect(gain).toBeGreaterThan(0.97);
      for (const gain of network) expect(gain).toBeLessThan(0.03);
    }
  });

  test("is the source where the optics changed nothing, even if the network is nearly right", () => {
    const inFocus = transferOf(() => 1);
    for (const gain of gainsFor(spectraOf(inFocus, 0.3), inFocus).source) expect(gain).toBeGreaterThan(0.98);
  });

  test("is the network where the optics let nothing through, however wrong it is", () => {
    const shut = transferOf((k) => (k % 2 ? 0 : 1));
    const { source, network } = gainsFor(spectraOf(shut, 5), shut);
    for (let k = 1; k < LENGTH; k += 2) {
      expect(source[k]).toBe(0);
      expect(network[k]).toBeCloseTo(1, 3);
    }
  });

  test("turns the sign of the source where the optics did", () => {
    const { source } = gainsFor(spectraOf(swinging, 0.5), swinging);
    for (let k = 0; k < LENGTH; k++) expect(Math.sign(source[k]!)).toBe(Math.sign(swinging.mean[k]!));
  });

  test("is the less the network the worse it explains the source", () => {
    fc.assert(
      // Less nobody believes.
      fc.property(fc.double({ min: 0.2, max: 1.5, noNaN: true }), (error) => {
        const [good, bad] = [error, 1.5 * error].map((each) => gainsFor(spectraOf(swinging, each), swinging));
        expect(bad!.unexplained).toBeGreaterThan(good!.unexplained);
        // Where the optics let everything through it is next to nothing either way.
        for (let k = 0; k < LENGTH; k++) expect(bad!.network[k]).toBeLessThanOrEqual(good!.network[k]!);
        const sum = ({ network }: Gains) => network.reduce((total, gain) => total + gain, 0);
        expect(sum(bad!)).toBeLessThan(sum(good!));
      }),
    );
  });

  test("is the network where the source is noise, though the optics let much through; in focus it is the source", () => {
    const { members } = ringsOf(TRANSFER_SIDE);
    const noisy = (transfer: LikelyTransfer) => {
      const spectra = spectraOf(transfer, 0.5);
      return { ...spectra, source: spectra.source.map((sum, k) => sum + 0.1 * members[k]!) };
    };
    const half = transferOf(() => 0.5);
    const [clean, loud] = [spectraOf(half, 0.5), noisy(half)].map((spectra) => gainsFor(spectra, half));
    // There noise is 35 times what comes through of the frame.
    expect(clean!.network[100]).toBeLessThan(0.45);
    expect(loud!.network[100]).toBeGreaterThan(0.8);
    expect(loud!.network[8]).toBeLessThan(clean!.network[8]! + 0.1);
    const open = transferOf(() => 1);
    for (let k = 6; k < 30; k++) expect(gainsFor(noisy(open), open).source[k]).toBeGreaterThan(0.9);
  });

  test("is more of the network around the frequencies at which it is right, though it is wrong at others", () => {
    const right = spectraOf(swinging, 0);
    const wrong = spectraOf(swinging, 2);
    const restored = right.restored.map((value, k) => (k < 35 ? value : wrong.restored[k]!));
    const { network } = gainsFor({ ...right, restored }, swinging);
    const everywhere = gainsFor(wrong, swinging).network;
    const sum = (gains: Float64Array, from: number, to: number) => gains.slice(from, to).reduce((a, b) => a + b, 0);
    expect(sum(network, 6, 20)).toBeGreaterThan(1.3 * sum(everywhere, 6, 20));
    expect(sum(network, 60, 90)).toBeCloseTo(sum(everywhere, 60, 90), 0);
  });

  test("is more of the network where it is less sure what the optics did", () => {
    const unsure = transferOf(
      (k) => swinging.mean[k]!,
      (k) => (k === 94 ? 0.1 : 0),
    );
    const [sure, doubtful] = [swinging, unsure].map((each) => gainsFor(spectraOf(swinging, 0.5), each));
    // Beyond the band by which the network is judged, so that this is as before.
    expect(doubtful!.network[94]).toBeGreaterThan(1.5 * sure!.network[94]!);
    expect(doubtful!.network[95]).toBe(sure!.network[95]);
  });
});

describe("what the network leaves unexplained", () => {
  test("is nothing if it is right, all if it is silent, and beyond 1 if it is worse than nothing", () => {
    expect(gainsFor(spectraOf(swinging, 0), swinging).unexplained).toBeCloseTo(0, 9);
    expect(gainsFor(silent(swinging), swinging).unexplained).toBeCloseTo(1, 9);
    const inverted = spectraOf(swinging, 0);
    const wrong = { ...inverted, common: inverted.common.map((value) => -value) };
    expect(gainsFor(wrong, swinging).unexplained).toBeCloseTo(4, 9);
  });

  test("does not change with the contrast of the frame, nor do the gains", () => {
    const spectra = spectraOf(swinging, 0.7);
    const brighter = {
      source: spectra.source.map((value) => 100 * value),
      restored: spectra.restored.map((value) => 100 * value),
      common: spectra.common.map((value) => 100 * value),
    };
    const [one, other] = [spectra, brighter].map((each) => gainsFor(each, swinging));
    expect(other!.unexplained).toBeCloseTo(one!.unexplained, 9);
    for (let k = 0; k < LENGTH; k++) expect(other!.source[k]).toBeCloseTo(one!.source[k]!, 9);
  });

  test("is nothing, and all gains are numbers, where there is nothing in any spectrum", () => {
    const nothing = new Float64Array(BINS);
    const { source, network, unexplained } = gainsFor(
      { source: nothing, restored: nothing, common: nothing },
      swinging,
    );
    expect(unexplained).toBe(0);
    expect([...source, ...network].every((value) => Number.isFinite(value))).toBe(true);
  });
});
