import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tileGrid } from "../../src/focus/tile-grid.js";

describe("tileGrid", () => {
  it("cuts a frame of 1608 pixels into the nine tiles of the paper", () => {
    const grid = tileGrid(1608, 1608);
    expect([grid.rows, grid.columns, grid.side]).toEqual([3, 3, 536]);
    expect(grid.tiles.map(({ left }) => left).slice(0, 3)).toEqual([0, 536, 1072]);
  });

  it("cuts a smaller frame into nine as well, and a nearly square one into no more", () => {
    expect(tileGrid(1024, 1022)).toMatchObject({ rows: 3, columns: 3, side: 358 });
    expect(tileGrid(512, 512)).toMatchObject({ rows: 3, columns: 3, side: 180 });
  });

  it("makes no tile smaller than the network's input, and takes the largest square where the frame is", () => {
    expect(tileGrid(200, 300)).toMatchObject({ rows: 3, columns: 2, side: 134 });
    expect(tileGrid(100, 100).tiles).toEqual([{ left: 0, top: 0, side: 100 }]);
  });

  it("covers every pixel and never leaves the frame", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (width, height) => {
        fc.pre(Math.max(width, height) / Math.min(width, height) < 50);
        const { side, tiles, rows, columns } = tileGrid(width, height);
        expect(tiles.length).toBe(rows * columns);
        for (const length of [width, height]) {
          const starts = [...new Set(tiles.map((t) => (length === width ? t.left : t.top)))].sort((a, b) => a - b);
          if (width === height || length !== width) continue;
          expect(starts[0]).toBe(0);
          expect(starts.at(-1)! + side).toBe(length);
          for (let k = 1; k < starts.length; k++) expect(starts[k]! - starts[k - 1]!).toBeLessThanOrEqual(side);
        }
        for (const { left, top } of tiles) {
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left + side).toBeLessThanOrEqual(width);
          expect(top + side).toBeLessThanOrEqual(height);
        }
      }),
      { numRuns: 200 },
    );
  });
});
