import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tileGrid, viewOf } from "../../src/focus/tile-grid.js";

describe("tileGrid", () => {
  it("cuts a frame of 1608 pixels into the nine tiles of the paper", () => {
    const grid = tileGrid(1608, 1608);
    expect([grid.rows, grid.columns, grid.side]).toEqual([3, 3, 536]);
    expect(grid.tiles.map(({ left }) => left).slice(0, 3)).toEqual([0, 536, 1072]);
  });

  it("takes the largest square of a smaller frame", () => {
    expect(tileGrid(400, 300)).toMatchObject({ rows: 1, columns: 2, side: 300 });
    expect(tileGrid(300, 300).tiles).toEqual([{ left: 0, top: 0, side: 300 }]);
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

describe("viewOf", () => {
  it.each([
    [536, { left: 144, top: 244, side: 268 }],
    [300, { left: 85, top: 185, side: 150 }],
    [200, { left: 43, top: 143, side: 134 }],
    [100, { left: 10, top: 110, side: 100 }],
  ])("shows the middle of a tile of %i", (side, expected) => {
    expect(viewOf({ left: 10, top: 110, side })).toEqual(expected);
  });
});
