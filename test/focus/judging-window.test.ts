import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgingWindow, viewOf, windowsOf } from "../../src/focus/judging-window.js";
import type { TileStructure } from "../../src/focus/structure.js";

const tile = { left: 100, top: 200, side: 536 };
const cells = (contrast: number): TileStructure => ({ contrast, signalToNoise: 50 });
const empty: TileStructure = { contrast: 0.0004, signalToNoise: 1 };

describe("windowsOf", () => {
  it("lays sixteen windows of the network's size side by side into a tile of the paper's", () => {
    const windows = windowsOf(tile);
    expect(windows.length).toBe(16);
    expect(windows[0]).toEqual({ left: 100, top: 200, side: 134 });
    expect(windows[5]).toEqual({ left: 234, top: 334, side: 134 });
    expect(windows[15]).toEqual({ left: 502, top: 602, side: 134 });
  });

  it("takes the middle of a tile that holds one, and a smaller tile whole", () => {
    expect(windowsOf({ left: 0, top: 0, side: 200 })).toEqual([{ left: 33, top: 33, side: 134 }]);
    expect(windowsOf({ left: 5, top: 6, side: 80 })).toEqual([{ left: 5, top: 6, side: 80 }]);
  });

  it("never leaves the tile and never overlaps", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), (side) => {
        const windows = windowsOf({ left: 0, top: 0, side });
        for (const w of windows) {
          expect(Math.min(w.left, w.top)).toBeGreaterThanOrEqual(0);
          expect(Math.max(w.left, w.top) + w.side).toBeLessThanOrEqual(side);
        }
        const lefts = [...new Set(windows.map((w) => w.left))].sort((a, b) => a - b);
        for (let k = 1; k < lefts.length; k++) expect(lefts[k]! - lefts[k - 1]!).toBeGreaterThanOrEqual(134);
      }),
    );
  });
});

describe("judgingWindow", () => {
  it("takes the window a quarter down from the most contrast, not the brightest cell", () => {
    const contrasts = windowsOf(tile).map((_, k) => 0.01 + k / 100);
    let k = 0;
    const { window, structure } = judgingWindow(tile, () => cells(contrasts[k++]!));
    expect(structure.contrast).toBeCloseTo(0.13, 10);
    expect(window).toEqual(windowsOf(tile)[12]);
  });

  it("leaves empty windows out of the ranking: one cell in an empty tile is found", () => {
    const place = windowsOf(tile)[6]!;
    const { window } = judgingWindow(tile, (w) => (w.left === place.left && w.top === place.top ? cells(0.02) : empty));
    expect(window).toEqual(place);
  });

  it("names the least empty window of an empty tile, so that the tile counts as empty", () => {
    expect(judgingWindow(tile, () => empty).structure).toBe(empty);
  });
});

describe("viewOf", () => {
  it("is the judging window, or the tile with all that it shows", () => {
    const structureOf = ({ side }: { side: number }) => cells(side / 1000);
    expect(viewOf(tile, "tile", structureOf)).toEqual({ window: tile, structure: cells(0.536) });
    for (const sees of ["window", undefined] as const)
      expect(viewOf(tile, sees, structureOf)).toEqual(judgingWindow(tile, structureOf));
  });
});
