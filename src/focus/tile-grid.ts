import { spreadEvenly } from "../frames/spread.js";

/** Side of a classifier tile in the frame, px, at most (Xue et al. 2021: a third of a 1608-px frame). */
const TILE_SIDE = 536;
/** Of a smaller frame's shorter side: a third, and a little more so that 1022 × 1024 px are three rows, not four. */
const TILE_SHARE = 0.35;
/** Side of the classifier's input, px. */
export const INPUT_SIDE = 134;

export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

export interface TileGrid {
  readonly rows: number;
  readonly columns: number;
  /** Side of each tile, px. */
  readonly side: number;
  /** Row by row. */
  readonly tiles: readonly Square[];
}

/**
 * Square tiles that cover the whole frame: as few as reach, evenly spread, overlapping where the frame is no multiple. At least three
 * each way, as long as a tile is no smaller than the network's input.
 */
export function tileGrid(width: number, height: number): TileGrid {
  const shorter = Math.min(width, height);
  const actual = Math.min(shorter, TILE_SIDE, Math.max(INPUT_SIDE, Math.ceil(TILE_SHARE * shorter)));
  const [lefts, tops] = [width, height].map((length) => spreadEvenly(length, actual, Math.ceil(length / actual))) as [
    number[],
    number[],
  ];
  return {
    rows: tops.length,
    columns: lefts.length,
    side: actual,
    tiles: tops.flatMap((top) => lefts.map((left) => ({ left, top, side: actual }))),
  };
}
