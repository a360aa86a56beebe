import { contradict, type SureFrom } from "./spectrum/contradiction.js";
import type { TileStructure } from "./structure.js";

export type Verdict = "focused" | "defocused" | "uncertain" | "blank";

export interface Thresholds {
  /** pDefocused below this is `focused`. */
  readonly focusedBelow: number;
  /** pDefocused above this is `defocused`. */
  readonly defocusedAbove: number;
}

export interface JudgedTile {
  readonly structure: TileStructure;
  /** P(defocused), 0 to 1. */
  readonly pDefocused: number;
}

/** A tile with less than this shows nothing but noise and dust. */
export const BLANK_BELOW = { signalToNoise: 3, contrast: 0.0015 } as const;

export function isBlank(structure: TileStructure): boolean {
  return structure.signalToNoise < BLANK_BELOW.signalToNoise || structure.contrast < BLANK_BELOW.contrast;
}

/** What a frame's spectrum says, and how sure it and the tiles must be to contradict each other. */
export interface SecondOpinion {
  readonly pDefocused: number;
  readonly sureFrom: SureFrom;
}

/**
 * The verdict on a frame: its tiles' probabilities, each counted by the structure that it shows, since an empty corner
 * says nothing about focus. A frame in which every tile is empty is `blank`, and no probability is given. A second opinion that contradicts
 * the tiles makes the frame `uncertain`: P is then 0.5, or the end of the uncertain range that is nearest.
 */
export function frameVerdict(
  tiles: readonly JudgedTile[],
  thresholds: Thresholds,
  second?: SecondOpinion,
): { readonly verdict: Verdict; readonly pDefocused: number | null } {
  const pTiles = tilesMean(tiles);
  if (pTiles === null) return { verdict: "blank", pDefocused: null };
  const { focusedBelow, defocusedAbove } = thresholds;
  if (second && contradict(pTiles, second.pDefocused, second.sureFrom))
    return { verdict: "uncertain", pDefocused: Math.min(defocusedAbove, Math.max(focusedBelow, 0.5)) };
  if (pTiles < focusedBelow) return { verdict: "focused", pDefocused: pTiles };
  return { verdict: pTiles > defocusedAbove ? "defocused" : "uncertain", pDefocused: pTiles };
}

/** P(defocused) by the tiles alone; null where every one of them is empty. */
export function tilesMean(tiles: readonly JudgedTile[]): number | null {
  let weights = 0;
  let sum = 0;
  for (const tile of tiles) {
    if (isBlank(tile.structure)) continue;
    // The root: a tile full of cells counts more than one with a single cell, but does not drown it.
    const weight = Math.sqrt(tile.structure.contrast);
    weights += weight;
    sum += weight * tile.pDefocused;
  }
  return weights === 0 ? null : sum / weights;
}
