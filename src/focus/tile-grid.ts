/** Side of a classifier tile in the frame, px (Xue et al. 2021: a third of a 1608-px frame). */
export const TILE_SIDE = 536;
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
  /** Side of each tile, px: 536, or the frame's shorter side where that is less. */
  readonly side: number;
  /** Row by row. */
  readonly tiles: readonly Square[];
}

/** Square tiles that cover the whole frame: as few as reach, evenly spread, overlapping where the frame is no multiple. */
export function tileGrid(width: number, height: number, side = TILE_SIDE): TileGrid {
  const actual = Math.min(side, width, height);
  const lefts = spread(width, actual);
  const tops = spread(height, actual);
  return {
    rows: tops.length,
    columns: lefts.length,
    side: actual,
    tiles: tops.flatMap((top) => lefts.map((left) => ({ left, top, side: actual }))),
  };
}

/**
 * What the network sees of a tile: its middle half, so that 268 px become 134. Reduced from 536, as in the paper, the blur of 1 DOF
 * unit is half an input pixel on a 10× objective, and too often not seen. A small tile is seen whole.
 */
export function viewOf({ left, top, side }: Square): Square {
  const seen = Math.min(side, Math.max(INPUT_SIDE, Math.round(side / 2)));
  const margin = Math.floor((side - seen) / 2);
  return { left: left + margin, top: top + margin, side: seen };
}

function spread(length: number, side: number): number[] {
  const count = Math.ceil(length / side);
  return Array.from({ length: count }, (_, k) => (count === 1 ? 0 : Math.round((k * (length - side)) / (count - 1))));
}
