import { probabilityOf } from "./log-odds.js";
import { type Joint, jointLogit } from "./spectrum/joint-logit.js";
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

/** What a frame's spectrum says, ln(P(defocused) / P(focused)), and how that and the tiles add up. */
export interface SecondOpinion {
  readonly logit: number;
  readonly joint: Joint;
}

/**
 * The verdict on a frame: its tiles' probabilities, each counted by the structure that it shows, since an empty corner
 * says nothing about focus; and the spectrum's, where there is one. A frame in which every tile is empty is `blank`, and no probability is given.
 */
export function frameVerdict(
  tiles: readonly JudgedTile[],
  thresholds: Thresholds,
  second?: SecondOpinion,
): { readonly verdict: Verdict; readonly pDefocused: number | null } {
  const pTiles = tilesMean(tiles);
  if (pTiles === null) return { verdict: "blank", pDefocused: null };
  const pDefocused = second ? probabilityOf(jointLogit(pTiles, second.logit, second.joint)) : pTiles;
  const { focusedBelow, defocusedAbove } = thresholds;
  if (pDefocused < focusedBelow) return { verdict: "focused", pDefocused };
  return { verdict: pDefocused > defocusedAbove ? "defocused" : "uncertain", pDefocused };
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
