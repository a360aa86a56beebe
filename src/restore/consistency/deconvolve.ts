import type { StandardisedPlane } from "../restore-plane.js";
import { filtered } from "./blend.js";
import type { TransferBelief } from "./likely-transfer.js";
import { type SourceModel, sourceModel, sourceShare } from "./source-model.js";

export interface KnownOptics {
  /** Of the source in its rings, as sums over them; by cycles per TRANSFER_SIDE pixels. */
  readonly power: Float64Array;
  readonly likely: TransferBelief;
}

/**
 * Wiener's estimate of the frame in focus by what the optics did to it, without a network: S + T(S − T·S)/(T² + λ), in which the source stands
 * for what it cannot tell, at the zeros of T. A network that goes on from there has rings to take away, not cells to make up: it changes less,
 * and what it does hangs less on which cells it has learnt ("direct inversion first": Jin et al. 2017, IEEE Trans. Image Process. 26:4509).
 *
 * @returns row by row, standardised as the source is
 */
export function deconvolve(source: StandardisedPlane, { power, likely }: KnownOptics): Float32Array {
  return filtered(source, deconvolutionGains(sourceModel(power, likely)));
}

/** By cycles per TRANSFER_SIDE pixels. */
export function deconvolutionGains(model: SourceModel): Float64Array {
  const share = sourceShare(
    model,
    model.transfer.map(() => 1),
  );
  return share.map((one, k) => one + 1 - model.transfer[k]! * one);
}
