import { logOdds } from "../log-odds.js";

/** How tiles and spectrum add up: weights of their logits, how far each can go, and a constant. */
export interface Joint {
  readonly tiles: number;
  readonly mostTiles: number;
  readonly spectrum: number;
  readonly mostSpectrum: number;
  readonly shift: number;
}

/**
 * ln(P(defocused) / P(focused)) by tiles and spectrum together. Cells that the classifier never saw make its tiles sure and wrong, where the
 * spectrum, which knows of no cells, is not moved: so the tiles can only say so much. Close to focus, where the spectrum has no dents yet, they
 * decide.
 * @param pTiles P(defocused) by the tiles, 0 to 1
 * @param spectrum the same as a logit, by the spectrum
 */
export function jointLogit(pTiles: number, spectrum: number, joint: Joint): number {
  const byTiles = joint.tiles * within(logOdds(pTiles), joint.mostTiles);
  return byTiles + joint.spectrum * within(spectrum, joint.mostSpectrum) + joint.shift;
}

const within = (value: number, most: number) => Math.min(most, Math.max(-most, value));
