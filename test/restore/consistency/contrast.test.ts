import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Estimate, missingContrast } from "../../../src/restore/consistency/contrast.js";
import { TRANSFER_SIDE } from "../../../src/restore/consistency/transfers.js";
import { ringsOf, type Spectra } from "../../../src/restore/spectra.js";

const BINS = TRANSFER_SIDE / 2;
const LENGTH = 184;
const { members } = ringsOf(TRANSFER_SIDE);
const rows = (value: (k: number) => number, length = LENGTH) => Float64Array.from({ length }, (_, k) => value(k));
/** Of a frame in focus, as of cells: it falls with frequency. */
const power = rows((k) => (members[k]! * 1e6) / (k + 1) ** 3, BINS);
/** Like a transfer function out of focus: it swings about 0. */
const transfer = rows((k) => Math.cos((k * k) / 700));
const rest = rows(() => 0.01);
const model = { transfer, rest, signal: power.map((value, k) => transfer[k]! ** 2 * value) };

/** What a network's reconstruction with a share of the power, and nothing else, gives with the source. */
function seen(share: number): Spectra {
  return {
    source: power.map((value, k) => transfer[k]! ** 2 * value),
    restored: power.map((value) => share * value),
    // What it has in common with the truth: as an estimate of least square error has.
    common: power.map((value, k) => transfer[k]! * share * value),
  };
}
const byNetwork: Estimate = { source: new Float64Array(LENGTH), network: rows(() => 1) };
const bySource: Estimate = {
  source: transfer.map((t) => 1 / (t || 1e-9)),
  network: rows((k) => (transfer[k] ? 0 : 1)),
};

describe("the contrast that an estimate lacks", () => {
  test("is made up for where the network alone decides, as far as the power around speaks for it", () => {
    for (const [share, factor] of [
      [0.9, 1 / Math.sqrt(0.9)],
      [0.7, 1 / Math.sqrt(0.7)],
    ] as const) {
      const found = missingContrast(seen(share), byNetwork, model);
      for (let k = 12; k < 85; k++) expect(found[k]! / factor).toBeCloseTo(1, 1);
    }
  });

  test("is never more than a quarter, nor less than nothing", () => {
    for (const gain of missingContrast(seen(0.01), byNetwork, model).slice(6)) expect(gain).toBeCloseTo(1.25, 9);
    for (const gain of missingContrast(seen(2), byNetwork, model)) expect(gain).toBe(1);
  });

  test("is none where the source decides", () => {
    for (const gain of missingContrast(seen(0.1), bySource, model)) expect(gain).toBeCloseTo(1, 6);
  });

  test("is none below the band, where there is shading, nor where nothing is known of the power", () => {
    expect([...missingContrast(seen(0.1), byNetwork, model).slice(0, 6)]).toEqual([1, 1, 1, 1, 1, 1]);
    const shut = { ...model, transfer: new Float64Array(LENGTH) };
    for (const gain of missingContrast(seen(0.1), byNetwork, shut)) expect(gain).toBe(1);
    // All noise.
    const loud = { ...model, signal: model.signal.map((value) => 0.001 * value) };
    for (const gain of missingContrast(seen(0.1), byNetwork, loud)) expect(gain).toBe(1);
  });

  test("does not amplify noise: what is there of the frame is asked for", () => {
    const white = members.map((count) => 3 * count);
    const spectra = seen(0.8);
    const source = spectra.source.map((value, k) => value + white[k]!);
    const found = missingContrast({ ...spectra, source }, byNetwork, model);
    for (let k = 12; k < 50; k++) expect(found[k]! * Math.sqrt(0.8)).toBeCloseTo(1, 1);
  });

  test("is a number between 1 and 1.25 whatever the spectra are", () => {
    const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: BINS, maxLength: BINS });
    const any = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: LENGTH, maxLength: LENGTH });
    fc.assert(
      fc.property(values, values, any, any, (source, restored, t, a) => {
        const spectra = {
          source: Float64Array.from(source),
          restored: Float64Array.from(restored),
          common: new Float64Array(BINS),
        };
        const estimate = { source: Float64Array.from(a), network: Float64Array.from(a, (each) => 1 - each) };
        const found = missingContrast(spectra, estimate, {
          ...model,
          signal: spectra.source,
          transfer: Float64Array.from(t),
        });
        expect(found).toHaveLength(LENGTH);
        for (const gain of found) expect(gain >= 1 && gain <= 1.25 + 1e-12).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
