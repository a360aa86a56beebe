import type { Spectra } from "../spectra.js";
import type { LikelyTransfer } from "./likely-transfer.js";
import { TRANSFER_SIDE } from "./transfers.js";

/** What source and network's reconstruction count for at each radial frequency, by cycles per TRANSFER_SIDE pixels. */
export interface Gains {
  readonly source: Float64Array;
  readonly network: Float64Array;
  /** What the network's reconstruction, put out of focus again, leaves of the source's power, weighted by frequency. */
  readonly unexplained: number;
}

const BAND = [6 / 256, 90 / 256] as const;
const [FIRST, LAST] = BAND.map((cycles) => Math.round(cycles * TRANSFER_SIDE)) as [number, number];
/**
 * Of the power in focus, what the source may differ by from what the optics make of it, besides the variance of T: noise, and what is not linear.
 * Where T is 1 the optics changed nothing, and little can be wrong about that.
 */
const [MOST_ERROR, LEAST_ERROR] = [0.02, 0.001] as const;
/** What the variance of T counts. The likelihood is surer of itself than it should be. */
const VARIANCE_WEIGHT = 2;
/** Of the error of the network over the power in focus, the most that is believed; and limits of the ratio of both errors. */
const MOST_UNEXPLAINED = 4;
const [LEAST_RATIO, MOST_RATIO] = [0.003, 3] as const;

/**
 * The linear estimate of least square error of the frame in focus X, from the source S = T·X + noise and from the network's R = X + error
 * (Wiener): R + T(S − T·R)/(T² + λ), with λ the ratio of both errors' powers. Where the optics let much through, the source decides; at the zeros
 * of T, of which it says nothing, the network. How wrong the network is follows from how badly it explains the source: on cells that it knows it
 * counts for more.
 *
 * @param spectra of source and network's reconstruction, with bins for TRANSFER_SIDE pixels
 */
export function gainsFor({ source, restored, common }: Spectra, { mean, variance }: LikelyTransfer): Gains {
  let [rest, power] = [0, 0];
  for (let k = FIRST; k < LAST; k++) {
    const [t, v] = [mean[k]!, variance[k]!];
    power += k * source[k]!;
    rest += k * (source[k]! + (t * t + v) * restored[k]! - 2 * t * common[k]!);
  }
  const unexplained = power > 0 ? Math.max(0, rest / power) : 0;
  const wrong = Math.min(MOST_UNEXPLAINED, unexplained);
  const ratio = (t: number, v: number) => {
    const error = Math.min(MOST_ERROR, MOST_ERROR * (1 - t) ** 2 + LEAST_ERROR) + VARIANCE_WEIGHT * v;
    return Math.min(MOST_RATIO, Math.max(LEAST_RATIO, error / Math.max(1e-9, wrong)));
  };
  const ofSource = mean.map((t, k) => t / (t * t + ratio(t, variance[k]!)));
  return { source: ofSource, network: mean.map((t, k) => 1 - t * ofSource[k]!), unexplained };
}
