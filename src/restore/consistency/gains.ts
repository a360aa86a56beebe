import { bandOf, type Spectra, unexplainedIn, unexplainedPower } from "../spectra.js";
import { missingContrast } from "./contrast.js";
import type { TransferBelief } from "./likely-transfer.js";
import { nearby, type SourceModel, sourceModel, sourceShare, within } from "./source-model.js";
import { TRANSFER_SIDE } from "./transfers.js";

/** What source and network's reconstruction count for at each radial frequency, by cycles per TRANSFER_SIDE pixels. */
export interface Gains {
  readonly source: Float64Array;
  readonly network: Float64Array;
  /** What the network's reconstruction, put out of focus again, leaves of the source's power, weighted by frequency. */
  readonly unexplained: number;
}

const [FIRST, LAST] = bandOf(TRANSFER_SIDE);
/** Of the error of the network over the power in focus, what is believed at least and at most. */
const [LEAST_WRONG, MOST_WRONG] = [0.02, 4] as const;
/**
 * Of a network that was guided by the optics, so much of how wrong it looks is believed. It made its answer of what the optics make of the source, so both
 * err together where these are wrong, and what it does not explain is more often what is not linear: there it is right.
 */
const GUIDED = 0.67;
/** Of the source's power, what is believed not to be noise. */
const LEAST_SIGNAL = 0.02;

/**
 * The linear estimate of least square error of the frame in focus X, from the source S = T·X + noise and from the network's R = X + error
 * (Wiener): R + T(S − T·R)/(T² + λ), with λ the ratio of both errors' powers. Where the optics let much through, the source decides; at the zeros
 * of T, of which it says nothing, and where it is noise, the network. How wrong the network is follows from how badly it explains the source: on
 * cells that it knows it counts for more. Where the network decides, the estimate gets the contrast that it lacks (`missingContrast`).
 *
 * @param spectra of source and network's reconstruction, with bins for TRANSFER_SIDE pixels
 * @param isGuided whether the network took what the optics alone make of the source
 */
export function gainsFor(spectra: Spectra, likely: TransferBelief, isGuided = false): Gains {
  const model = sourceModel(spectra.source, likely);
  const { rest, power } = unexplainedPower(spectra, model.transfer, model.variance);
  const byNoise = model.noise.reduce((sum, value, k) => (k >= FIRST && k < LAST ? sum + k * value : sum), 0);
  const notNoise = Math.max(LEAST_SIGNAL * power, power - byNoise);
  const overall = notNoise > 0 ? Math.max(0, rest - byNoise) / notNoise : 0;
  const wrong = wrongness(spectra, model, overall);
  const ofSource = sourceShare(model, isGuided ? wrong.map((share) => GUIDED * share) : wrong);
  const estimate = { source: ofSource, network: model.transfer.map((t, k) => 1 - t * ofSource[k]!) };
  const contrast = missingContrast(spectra, estimate, model);
  return {
    source: estimate.source.map((share, k) => share * contrast[k]!),
    network: estimate.network.map((share, k) => share * contrast[k]!),
    unexplained: power > 0 ? Math.max(0, rest / power) : 0,
  };
}

/**
 * Of the network over the power in focus, at each frequency: between what it leaves unexplained on the whole and around that frequency, both less
 * what noise would leave. The more there is that it does not explain, the more the second counts: of cells that it does not know, it may know the
 * coarse shapes. Where it explains nearly all, the rest is rather what is not linear, of which the network knows more than T.
 */
function wrongness(
  spectra: Spectra,
  { transfer, variance, errors, inFocus }: SourceModel,
  overall: number,
): Float64Array {
  const rest = transfer.map((t, k) =>
    k < LAST ? unexplainedIn(spectra, k, t, variance[k]!) - errors[k]! * inFocus[k]! : 0,
  );
  const around = nearby(
    rest,
    transfer.map((t, k) => t * t * inFocus[k]!),
  );
  const share = Math.min(1, overall);
  const onTheWhole = Math.log(within(LEAST_WRONG, overall, MOST_WRONG));
  return around.map((here) =>
    Math.exp(share * Math.log(within(LEAST_WRONG, here, MOST_WRONG)) + (1 - share) * onTheWhole),
  );
}
