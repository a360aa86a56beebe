import { spreadEvenly } from "../frames/spread.js";
import type { Sees } from "../models/card.js";
import type { TileStructure } from "./structure.js";
import { INPUT_SIDE, type Square } from "./tile-grid.js";
import { isBlank } from "./verdict.js";

/** Where in a tile the network looks, and what is to be seen there. */
export interface JudgingWindow {
  readonly window: Square;
  readonly structure: TileStructure;
}

/**
 * The 134-px windows of a tile, side by side and evenly spread; a tile that is no larger is its only window. The network sees
 * pixels as they are: reduced by 4 as in the paper, the blur of 1 DOF unit (λ/NA²) is half an input pixel on a 10× objective, and even
 * reduced by 2 three of eight such frames were found.
 */
export function windowsOf({ left, top, side }: Square): Square[] {
  const count = Math.max(1, Math.floor(side / INPUT_SIDE));
  const own = Math.min(side, INPUT_SIDE);
  const places = count === 1 ? [Math.floor((side - own) / 2)] : spreadEvenly(side, own, count);
  return places.flatMap((y) => places.map((x) => ({ left: left + x, top: top + y, side: own })));
}

/** What of a tile a classifier is shown. */
export function viewOf(
  tile: Square,
  sees: Sees | undefined,
  structureOf: (window: Square) => TileStructure,
): JudgingWindow {
  return sees === "tile" ? { window: tile, structure: structureOf(tile) } : judgingWindow(tile, structureOf);
}

/**
 * The window that speaks for a tile: of those that show anything, the one a quarter down from the most contrast. Not the very
 * first: that is where a dividing or floating cell lies above the plane of focus, and looks defocused in the best of frames.
 */
export function judgingWindow(tile: Square, structureOf: (window: Square) => TileStructure): JudgingWindow {
  const byContrast = windowsOf(tile)
    .map((window) => ({ window, structure: structureOf(window) }))
    .sort((a, b) => b.structure.contrast - a.structure.contrast);
  const telling = byContrast.filter(({ structure }) => !isBlank(structure));
  const ranked = telling.length > 0 ? telling : byContrast;
  return ranked[Math.floor((ranked.length - 1) / 4)]!;
}
