import { spreadEvenly } from "../frames/spread.js";

/** A place of a network's window on one axis, and how much each of its pixels counts there. */
export interface Tile {
  /** First pixel that is read; below 0 it lies in the mirror. */
  readonly from: number;
  /** For each pixel of the window, 0 to 1. */
  readonly weights: Float32Array;
}

/** Pixels that neighbouring windows share at least; of small windows a quarter. */
export const OVERLAP = 96;
/**
 * Of them, the share at a window's edge that does not count, because another window sees more there: beyond its own edge a network knows
 * a mirror image only.
 */
const UNSEEN = 1 / 6;

/**
 * Covers an axis of `length` pixels by windows of one size, evenly spread; where two overlap, one fades into the other. Networks that take one
 * size only normalise over their window, so neighbours do not agree to the last count: a hard joint would show.
 */
export function tiles(length: number, side: number): Tile[] {
  if (length <= side) return [{ from: -Math.floor((side - length) / 2), weights: new Float32Array(side).fill(1) }];
  const overlap = Math.min(OVERLAP, Math.floor(side / 4));
  const count = Math.ceil((length - overlap) / (side - overlap));
  return spreadEvenly(length, side, count).map((from, k) => ({
    from,
    weights: fading(side, overlap, k > 0, k < count - 1),
  }));
}

/** 1 in the middle, fading towards the edges beyond which the frame goes on. */
function fading(side: number, overlap: number, before: boolean, after: boolean): Float32Array {
  const unseen = UNSEEN * overlap;
  const ramp = (distance: number) => Math.min(1, Math.max(0, (distance - unseen) / (overlap - 2 * unseen)));
  return Float32Array.from({ length: side }, (_, i) =>
    Math.min(before ? ramp(i + 0.5) : 1, after ? ramp(side - i - 0.5) : 1),
  );
}
