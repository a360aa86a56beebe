import type { Distance } from "../../optics/distance.js";
import { logOdds } from "../log-odds.js";

/** How tiles and spectrum add up: weights of their logits, how far each can go, and a constant. */
export interface Joint {
  readonly tiles: number;
  readonly mostTiles: number;
  readonly spectrum: number;
  readonly mostSpectrum: number;
  readonly shift: number;
  /** The weights where the spectrum tells a distance from focus as well, and that of its logarithm. */
  readonly withDistance?:
    | { readonly tiles: number; readonly spectrum: number; readonly distance: number; readonly shift: number }
    | undefined;
}

/** What a frame's spectrum says: ln(P(defocused) / P(focused)), and how far out of focus it is, where that was asked. */
export interface SpectrumSays {
  readonly logit: number;
  readonly distance?: Distance | null | undefined;
}

/** DOF units. Below the one a frame is in focus whatever else it is, beyond the other out of it. */
const [NEAR, FAR] = [0.08, 2];

/**
 * ln(P(defocused) / P(focused)) by tiles and spectrum together. Cells that the classifier never saw make its tiles sure and wrong, where the
 * spectrum, which knows of no cells, is not moved: so the tiles can only say so much. Close to focus, where the spectrum has no dents yet, they
 * decide. The distance comes from the same spectrum, but knows the microscope's sampling where that is known.
 * @param pTiles P(defocused) by the tiles, 0 to 1
 */
export function jointLogit(pTiles: number, { logit, distance }: SpectrumSays, joint: Joint): number {
  const { mostTiles, mostSpectrum, withDistance } = joint;
  const [byTiles, bySpectrum] = [within(logOdds(pTiles), mostTiles), within(logit, mostSpectrum)];
  if (withDistance === undefined || !distance) return joint.tiles * byTiles + joint.spectrum * bySpectrum + joint.shift;
  const { tiles, spectrum, distance: weight, shift } = withDistance;
  const far = Math.log(Math.min(FAR, Math.max(NEAR, distance.dof)));
  return tiles * byTiles + spectrum * bySpectrum + weight * far + shift;
}

const within = (value: number, most: number) => Math.min(most, Math.max(-most, value));
