import type { ModelDistance } from "../../models/card.js";
import type { Distance } from "../../optics/distance.js";
import { runLayers } from "./layers.js";

/** Farther than this nothing was learnt: an estimate or a bound that is here means "or more". */
export const FARTHEST_DOF = 5.2;
/** Pixel size · NA / λ that the network has seen: as drawn, 0.18 to 0.55, and moved by two bins of the spectrum either way. */
export const LEARNT_SAMPLINGS = [0.15, 0.65] as const;
/** It is told ln(sampling / USUAL). */
const USUAL = 0.35;

/**
 * |z| of a frame from the shape of its power spectrum. The same dents stand for less or more defocus as the pixels sample the pupil more
 * finely or more coarsely, so it is better where the sampling is known. Below some 1 DOF unit there are hardly any dents yet, and the
 * interval says so by reaching down to 0; it says nothing at all where it reaches from near 0 to FARTHEST_DOF.
 *
 * @param features [48] of frameFeatures
 * @param sampling pixel size · NA / λ; left out where it is not known
 * @returns all three within 0 and FARTHEST_DOF, in order; null for a sampling that was not learnt
 */
export function distanceFrom(
  features: Float64Array,
  { layers, widen }: Pick<ModelDistance, "layers" | "widen">,
  sampling?: number,
): Distance | null {
  if (sampling !== undefined && !isLearnt(sampling)) return null;
  const told = sampling === undefined ? [0, 0] : [Math.log(sampling / USUAL), 1];
  const [middle, down, up] = runLayers(layers, [...features, ...told]) as [number, number, number];
  const factor = sampling === undefined ? widen.withoutSampling : widen.withSampling;
  return {
    dof: learnt(middle),
    low: learnt(middle - factor * softplus(down)),
    high: learnt(middle + factor * softplus(up)),
  };
}

/** False also for what is no number. */
export function isLearnt(sampling: number): boolean {
  return sampling >= LEARNT_SAMPLINGS[0] && sampling <= LEARNT_SAMPLINGS[1];
}

const learnt = (dof: number) => Math.min(FARTHEST_DOF, Math.max(0, dof));
const softplus = (x: number) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
