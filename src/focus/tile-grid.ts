/** Side of a classifier tile in the frame, px (Xue et al. 2021: a third of a 1608-px frame). */
export const TILE_SIDE = 536;

export interface TileGrid {
  readonly rows: number;
  readonly columns: number;
  /** Side of each tile, px: 536, or the frame's shorter side where that is less. */
  readonly side: number;
  /** Upper left corners, row by row. */
  readonly tiles: readonly { readonly left: number; readonly top: number }[];
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
    tiles: tops.flatMap((top) => lefts.map((left) => ({ left, top }))),
  };
}

function spread(length: number, side: number): number[] {
  const count = Math.ceil(length / side);
  return Array.from({ length: count }, (_, k) => (count === 1 ? 0 : Math.round((k * (length - side)) / (count - 1))));
}
