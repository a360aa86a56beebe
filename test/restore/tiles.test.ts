import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OVERLAP, tiles } from "../../src/restore/tiles.js";

const SIDE = 388;

describe("tiles", () => {
  it("covers 1608 px by six windows of 388 px, evenly", () => {
    expect(tiles(1608, SIDE).map(({ from }) => from)).toEqual([0, 244, 488, 732, 976, 1220]);
  });

  it("has a smaller frame in the middle of one window", () => {
    expect(tiles(300, SIDE)).toMatchObject([{ from: -44 }]);
  });

  it("stays within the frame, overlaps, and lets every pixel count in a window that sees around it", () => {
    fc.assert(
      fc.property(fc.integer({ min: SIDE + 1, max: 6000 }), (length) => {
        const found = tiles(length, SIDE);
        expect(found[0]!.from).toBe(0);
        expect(found.at(-1)!.from + SIDE).toBe(length);
        const total = new Float64Array(length);
        for (const [k, { from, weights }] of found.entries()) {
          if (k > 0) expect(found[k - 1]!.from + SIDE - from).toBeGreaterThanOrEqual(OVERLAP);
          weights.forEach((weight, i) => {
            total[from + i]! += weight;
          });
          if (k > 0) expect(Math.max(...weights.subarray(0, 16))).toBe(0);
          if (k < found.length - 1) expect(Math.max(...weights.subarray(-16))).toBe(0);
        }
        expect(Math.min(...total)).toBeGreaterThan(0.5);
      }),
      { numRuns: 100 },
    );
  });
});
