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
 * As dents are filled by just that, it is taken from their floor. Where T is 1 the optics changed nothing, and a twentieth of it is left.
 */
const [ERROR_OF_FLOOR, MOST_ERROR, UNCHANGED] = [2, 0.025, 0.05] as const;
/** What the variance of T counts. The likelihood is surer of itself than it should be. */
const VARIANCE_WEIGHT = 2;
/** Of the error of the network over the power in focus, what is believed at least and at most; and limits of the ratio of both errors. */
const [LEAST_WRONG, MOST_WRONG] = [0.02, 4] as const;
const [LEAST_RATIO, MOST_RATIO] = [0.003, 3] as const;
/** The optics are taken to let through at least this much of the power around a frequency. */
const LEAST_THROUGHPUT = 1e-3;
/** How far around a frequency the network is asked how wrong it is: s.d. in ln f. Half an octave to either side reaches past a zero of T. */
const REACH = 0.35;

/**
 * The linear estimate of least square error of the frame in focus X, from the source S = T·X + noise and from the network's R = X + error
 * (Wiener): R + T(S − T·R)/(T² + λ), with λ the ratio of both errors' powers. Where the optics let much through, the source decides; at the zeros
 * of T, of which it says nothing, the network. How wrong the network is around a frequency follows from how badly it explains the source there, less
 * what noise would leave: on cells that it knows it counts for more, and so it does where it is right on cells that it does not know.
 *
 * @param spectra of source and network's reconstruction, with bins for TRANSFER_SIDE pixels
 */
export function gainsFor({ source, restored, common }: Spectra, { mean, variance, floor }: LikelyTransfer): Gains {
  const rest = mean.map((t, k) =>
    k < LAST ? source[k]! + (t * t + variance[k]!) * restored[k]! - 2 * t * common[k]! : 0,
  );
  const error = Math.min(MOST_ERROR, ERROR_OF_FLOOR * floor);
  const ofPower = mean.map((t, k) => error * Math.min(1, (1 - t) ** 2 + UNCHANGED) + VARIANCE_WEIGHT * variance[k]!);
  let [left, power] = [0, 0];
  for (let k = FIRST; k < LAST; k++) {
    left += k * rest[k]!;
    power += k * source[k]!;
  }
  const inFocus = powerInFocus(
    source,
    mean.map((t, k) => t * t + ofPower[k]!),
  );
  const wrong = around(
    mean.map((_, k) => rest[k]! - ofPower[k]! * inFocus[k]!),
    mean.map((t, k) => t * t * inFocus[k]!),
  );
  const ofSource = mean.map((t, k) => {
    const believed = Math.min(MOST_WRONG, Math.max(LEAST_WRONG, wrong[k]!));
    return t / (t * t + Math.min(MOST_RATIO, Math.max(LEAST_RATIO, ofPower[k]! / believed)));
  });
  return {
    source: ofSource,
    network: mean.map((t, k) => 1 - t * ofSource[k]!),
    unexplained: power > 0 ? Math.max(0, left / power) : 0,
  };
}

/** A smooth guess, in each ring: what the source holds around it, over what the optics let through. */
function powerInFocus(source: Float64Array, throughput: Float64Array): Float64Array {
  const logs = around(throughput.map((_, k) => (k < LAST ? Math.log(source[k]! + 1e-30) : 0)));
  const open = around(throughput);
  return logs.map((log, k) => Math.exp(log) / Math.max(LEAST_THROUGHPUT, open[k]!));
}

/** At each frequency the mean of `above` over that of `below`, of the band's rings, each octave with the same weight and the nearest with most. */
function around(above: Float64Array, below = above.map(() => 1)): Float64Array {
  return above.map((_, at) => {
    let [a, b] = [0, 0];
    for (let k = FIRST; k < LAST; k++) {
      const apart = Math.log(k / Math.max(1, at)) / REACH;
      const weight = Math.exp(-0.5 * apart * apart) / k;
      a += weight * above[k]!;
      b += weight * below[k]!;
    }
    return b > 0 ? a / b : 0;
  });
}
