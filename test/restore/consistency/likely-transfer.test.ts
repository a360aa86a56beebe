import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { likelyTransfer } from "../../../src/restore/consistency/likely-transfer.js";
import { possibleTransfers, TRANSFER_SIDE, type Transfer } from "../../../src/restore/consistency/transfers.js";
import { emptySpectra, ringsOf, type Spectra } from "../../../src/restore/spectra.js";
import { createRandom } from "../../../src/train/random.js";
import { SAMPLING } from "./support.js";

const DISTANCE = { dof: 2.5, low: 2.2, high: 2.8 };
const transfers = possibleTransfers(DISTANCE, SAMPLING);
const candidates = fc.constantFrom(...transfers);
const slopes = fc.double({ min: 1, max: 4, noNaN: true });

const { members } = ringsOf(TRANSFER_SIDE);

/** Of a frame whose power falls as f^−slope in focus, and of a network that makes nothing of it; each ring is off by some percent, as a mean over few values is. */
function spectraOf({ filter }: Transfer, { slope = 2, percent = 3, seed = 1, floor = 0.01 } = {}): Spectra {
  const random = createRandom(seed);
  const source = members.map((many, k) => {
    const noise = Math.exp((percent / 100) * random.normal());
    return many * 1e6 * Math.max(1, k) ** -slope * (filter[k]! ** 2 + floor) * noise;
  });
  return { ...emptySpectra(TRANSFER_SIDE / 2), source };
}

/** The same, of a network that explains all but `unexplained` of the source by `filter`. */
function explainedBy({ filter }: Transfer, { source }: Spectra, unexplained: number): Spectra {
  // S = T·R + rest, and rest is like nothing in R.
  const restored = source.map((power, k) => ((1 - unexplained) * power) / Math.max(0.01, filter[k]! ** 2));
  return { source, restored, common: restored.map((power, k) => filter[k]! * power) };
}

describe("the likely transfer function", () => {
  test("is the one that the dents in the spectrum speak for", () => {
    fc.assert(
      fc.property(candidates, slopes, fc.integer(), (applied, slope, seed) => {
        const { best, mean } = likelyTransfer(spectraOf(applied, { slope, seed }), transfers, DISTANCE);
        expect(Math.abs(best.dof - applied.dof)).toBeLessThan(0.2 + 1e-9);
        // Where the filter lets something through, at least its sign is right.
        for (let k = 6; k < 90; k++)
          if (Math.abs(applied.filter[k]!) > 0.4) expect(mean[k]! * applied.filter[k]!).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  test("is exactly that one where nothing disturbs", () => {
    for (const one of transfers.filter((_, k) => k % 7 === 0)) {
      const { best } = likelyTransfer(spectraOf(one, { percent: 0, floor: 0.0125 }), transfers, DISTANCE);
      expect(best).toBe(one);
    }
  });

  test("lies among the possible ones at each frequency, and varies by no more than they do", () => {
    const columns = [0, 5, 20, 50, 80, 127, 181].map((k) => ({ k, values: transfers.map(({ filter }) => filter[k]!) }));
    fc.assert(
      fc.property(candidates, fc.integer(), (one, seed) => {
        const { mean, variance } = likelyTransfer(spectraOf(one, { percent: 20, seed }), transfers, DISTANCE);
        for (const { k, values } of columns) {
          const [low, high] = [Math.min(...values), Math.max(...values)];
          expect(mean[k]).toBeGreaterThanOrEqual(low - 1e-9);
          expect(mean[k]).toBeLessThanOrEqual(high + 1e-9);
          expect(variance[k]).toBeGreaterThanOrEqual(0);
          expect(variance[k]).toBeLessThanOrEqual((high - low) ** 2 / 4 + 1e-9);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("is the less sure the less the spectrum tells", () => {
    const spread = (percent: number) => {
      const { variance } = likelyTransfer(spectraOf(transfers[50]!, { percent }), transfers, DISTANCE);
      return variance.reduce((sum, value) => sum + value, 0);
    };
    expect(spread(100)).toBeGreaterThan(2 * spread(3));
  });

  test("is the only possible one, without any doubt", () => {
    const one = transfers[17]!;
    const { best, mean, variance } = likelyTransfer(spectraOf(transfers[40]!), [one], DISTANCE);
    expect(best).toBe(one);
    expect(mean).toEqual(one.filter);
    expect(Math.max(...variance)).toBe(0);
  });

  test("hangs neither on the contrast of a frame nor on how fast its power falls", () => {
    const factors = fc.double({ min: -3, max: 3, noNaN: true }).map((x) => 10 ** x);
    const tilts = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(candidates, factors, tilts, tilts, (one, factor, tilt, bend) => {
        const spectra = spectraOf(one, { percent: 5 });
        const source = spectra.source.map((value, k) => {
          const ln = Math.log(Math.max(1, k) / 20);
          return value * factor * Math.exp(tilt * ln + (bend / 4) * ln * ln);
        });
        const [a, b] = [spectra, { ...spectra, source }].map((each) => likelyTransfer(each, transfers, DISTANCE));
        expect(b!.best).toBe(a!.best);
        for (const key of ["mean", "variance"] as const)
          for (const k of [10, 40, 80, 120]) expect(b![key][k]).toBeCloseTo(a![key][k]!, 6);
      }),
      { numRuns: 25 },
    );
  });

  test("is the nearest to the distance where the spectrum speaks for none", () => {
    const { filter, ...optics } = transfers[0]!;
    const alike = [2.2, 2.4, 2.5, 2.7].map((dof) => ({ ...optics, dof, filter }));
    expect(likelyTransfer(spectraOf(transfers[0]!), alike, { dof: 2.43, low: 2, high: 2.8 }).best.dof).toBe(2.4);
    expect(likelyTransfer(spectraOf(transfers[0]!), alike, { dof: 2.68, low: 2, high: 2.8 }).best.dof).toBe(2.7);
  });

  test("is told of a spectrum with rings that hold nothing at all", () => {
    const spectra = spectraOf(transfers[30]!);
    const source = spectra.source.map((value, k) => (k > 60 ? 0 : value));
    for (const one of [source, new Float64Array(source.length)]) {
      const { mean, variance } = likelyTransfer({ ...spectra, source: one }, transfers, DISTANCE);
      expect([...mean, ...variance].every((value) => Number.isFinite(value))).toBe(true);
    }
  });

  test("is that of the spectrum alone nearly in focus, which a network that changes nothing would deny", () => {
    const near = { dof: 0.9, low: 0.6, high: 1.2 };
    const possible = possibleTransfers(near, SAMPLING);
    const spectra = spectraOf(possible.at(-1)!);
    const unchanged = { source: spectra.source, restored: spectra.source, common: spectra.source };
    expect(likelyTransfer(unchanged, possible, near)).toEqual(likelyTransfer(spectra, possible, near));
    const far = { ...near, dof: 1.6, high: 1.9 };
    const [silent, lazy] = [spectra, unchanged].map((one) => likelyTransfer(one, possible, far));
    expect(lazy!.mean[40]).toBeGreaterThan(silent!.mean[40]!);
  });

  test("is rather one by which the network explains the source, the more so the more it explains", () => {
    const [seen, true_] = [transfers[0]!, transfers.find(({ dof }) => dof === 2.7)!];
    // Dents that are hardly there: of a strong object.
    const spectra = spectraOf(seen, { floor: 0.4, percent: 20 });
    const apart = (unexplained: number) => {
      const { mean } = likelyTransfer(explainedBy(true_, spectra, unexplained), transfers, DISTANCE);
      return mean.reduce((sum, value, k) => sum + (k >= 6 && k < 90 ? (value - true_.filter[k]!) ** 2 : 0), 0);
    };
    expect(apart(0.1)).toBeLessThan(0.5 * apart(1));
    expect(apart(0.1)).toBeLessThan(apart(0.6));
  });
});
