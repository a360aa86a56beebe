import type { TileBasis } from "./types.js";

/** A tile as the ledger keeps it: 30 bytes instead of 110, of which every frame has nine or more. */
type TileRow = readonly [
  left: number,
  top: number,
  side: number,
  contrast: number,
  signalToNoise: number,
  isBlank: 0 | 1,
];

export function tileRow({ left, top, side, contrast, signalToNoise, isBlank }: TileBasis): TileRow {
  return [left, top, side, shortened(contrast), shortened(signalToNoise), isBlank ? 1 : 0];
}

export function tileOfRow([left, top, side, contrast, signalToNoise, isBlank]: TileRow): TileBasis {
  return { left, top, side, contrast, signalToNoise, isBlank: isBlank === 1 };
}

/** Five digits tell why a tile counted; the verdict itself was made of all of them. */
function shortened(value: number): number {
  return Number(value.toPrecision(5));
}
