import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { likelyTransfer } from "../../../src/restore/consistency/likely-transfer.js";
import { possibleTransfers, TRANSFER_SIDE, type Transfer } from "../../../src/restore/consistency/transfers.js";
import { createRandom } from "../../../src/train/random.js";
import { SAMPLING } from "./support.js";

const DISTANCE = { dof: 2.5, low: 2.2, high: 2.8 };
const transfers = possibleTransfers(DISTANCE, SAMPLING);
const candidates = fc.constantFrom(...transfers);
const slopes = fc.double({ min: 1, max: 4, noNaN: true });

/** Of a frame whose power falls as f^−slope in focus; each ring is off by some percent, as a mean over few values is. */
function powerOf({ filter }: Transfer, { slope = 2, percent = 3, seed = 1, floor = 0.01 } = {}): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: TRANSFER_SIDE / 2 }, (_, k) => {
    const noise = Math.exp((percent / 100) * random.normal());
    return 1e6 * Math.max(1, k) ** -slope * (filter[k]! ** 2 + floor) * noise;
  });
}

describe("the likely transfer function", () => {
  test("is the one that the dents in the spectrum speak for", () => {
    fc.assert(
      fc.property(candidates, slopes, fc.integer(), (applied, slope, seed) => {
        const { best, mean } = likelyTransfer(powerOf(applied, { slope, seed }), transfers, DISTANCE);
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
      const { best } = likelyTransfer(powerOf(one, { percent: 0, floor: 0.0125 }), transfers, DISTANCE);
      expect(best).toBe(one);
    }
  });

  test("lies among the possible ones at each frequency, and varies by no more than they do", () => {
    const columns = [0, 5, 20, 50, 80, 127, 181].map((k) => ({ k, values: transfers.map(({ filter }) => filter[k]!) }));
    fc.assert(
      fc.property(candidates, fc.integer(), (one, seed) => {
        const { mean, variance } = likelyTransfer(powerOf(one, { percent: 20, seed }), transfers, DISTANCE);
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
      const { variance } = likelyTransfer(powerOf(transfers[50]!, { percent }), transfers, DISTANCE);
      return variance.reduce((sum, value) => sum + value, 0);
    };
    expect(spread(100)).toBeGreaterThan(2 * spread(3));
  });

  test("is the only possible one, without any doubt", () => {
    const one = transfers[17]!;
    const { best, mean, variance } = likelyTransfer(powerOf(transfers[40]!), [one], DISTANCE);
    expect(best).toBe(one);
    expect(mean).toEqual(one.filter);
    expect(Math.max(...variance)).toBe(0);
  });

  test("hangs neither on the contrast of a frame nor on how fast its power falls", () => {
    const factors = fc.double({ min: -3, max: 3, noNaN: true }).map((x) => 10 ** x);
    const tilts = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(candidates, factors, tilts, tilts, (one, factor, tilt, bend) => {
        const power = powerOf(one, { percent: 5 });
        const other = power.map((value, k) => {
          const ln = Math.log(Math.max(1, k) / 20);
          return value * factor * Math.exp(tilt * ln + (bend / 4) * ln * ln);
        });
        const [a, b] = [power, other].map((each) => likelyTransfer(each, transfers, DISTANCE));
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
    expect(likelyTransfer(powerOf(transfers[0]!), alike, { dof: 2.43, low: 2, high: 2.8 }).best.dof).toBe(2.4);
    expect(likelyTransfer(powerOf(transfers[0]!), alike, { dof: 2.68, low: 2, high: 2.8 }).best.dof).toBe(2.7);
  });

  test("is told of a spectrum with rings that hold nothing at all", () => {
    const power = powerOf(transfers[30]!).map((value, k) => (k > 60 ? 0 : value));
    const { mean, variance } = likelyTransfer(power, transfers, DISTANCE);
    expect([...mean, ...variance].every((value) => Number.isFinite(value))).toBe(true);
  });
});
