import { bandOf, ringsOf, type Spectra, unexplainedIn, unexplainedPower } from "../spectra.js";
import { weightsWithin } from "./around.js";
import { missingContrast } from "./contrast.js";
import type { LikelyTransfer } from "./likely-transfer.js";
import { TRANSFER_SIDE } from "./transfers.js";

/** What source and network's reconstruction count for at each radial frequency, by cycles per TRANSFER_SIDE pixels. */
export interface Gains {
  readonly source: Float64Array;
  readonly network: Float64Array;
  /** What the network's reconstruction, put out of focus again, leaves of the source's power, weighted by frequency. */
  readonly unexplained: number;
}

const [FIRST, LAST] = bandOf(TRANSFER_SIDE);
/**
 * Of the power in focus, what the source may differ by from what the optics make of it, besides noise and the variance of T: what is not linear.
 * Where T is 1 the optics changed nothing, and a twentieth of it is left.
 */
const [ERROR, UNCHANGED] = [0.02, 0.05] as const;
/** What the variance of T counts. The likelihood is surer of itself than it should be. */
const VARIANCE_WEIGHT = 2;
/** Of the error of the network over the power in focus, what is believed at least and at most; and limits of the ratio of both errors. */
const [LEAST_WRONG, MOST_WRONG] = [0.02, 4] as const;
const [LEAST_RATIO, MOST_RATIO] = [0.003, 3] as const;
/** The optics are taken to let through at least this much of the power around a frequency. */
const LEAST_THROUGHPUT = 1e-3;
/** How far around a frequency the network is asked how wrong it is. Half an octave to either side reaches past a zero of T. */
const weightsAround = weightsWithin(0.35);
/** Rings to either side over which the power is averaged where noise is looked for. */
const NOISE_RINGS = 3;
/** Of the source's power, what is believed not to be noise. */
const LEAST_SIGNAL = [0.001, 0.02] as const;

type Likely = Pick<LikelyTransfer, "mean" | "variance">;

/**
 * The linear estimate of least square error of the frame in focus X, from the source S = T·X + noise and from the network's R = X + error
 * (Wiener): R + T(S − T·R)/(T² + λ), with λ the ratio of both errors' powers. Where the optics let much through, the source decides; at the zeros
 * of T, of which it says nothing, and where it is noise, the network. How wrong the network is follows from how badly it explains the source: on
 * cells that it knows it counts for more. Where the network decides, the estimate gets the contrast that it lacks (`missingContrast`).
 *
 * @param spectra of source and network's reconstruction, with bins for TRANSFER_SIDE pixels
 */
export function gainsFor(spectra: Spectra, { mean, variance }: Likely): Gains {
  const { rest, power } = unexplainedPower(spectra, mean, variance);
  const noise = noiseOf(spectra.source);
  const changed = mean.map((t) => (1 - t) ** 2);
  const notLinear = changed.map((share, k) => ERROR * Math.min(1, share + UNCHANGED) + VARIANCE_WEIGHT * variance[k]!);
  const signal = spectra.source.map((sum, k) => Math.max(LEAST_SIGNAL[0] * sum, sum - noise[k]!));
  const inFocus = powerAround(
    signal,
    mean.map((t, k) => t * t + notLinear[k]!),
  );
  // Beyond the last whole ring, in the corners of the spectrum, it is as there. A frame in focus keeps its noise.
  const last = noise.length - 1;
  const errors = notLinear.map((error, k) => {
    const ring = Math.min(k, last);
    return error + (Math.min(1, changed[k]!) * noise[ring]!) / Math.max(1e-30, inFocus[ring]!);
  });
  const byNoise = noise.reduce((sum, value, k) => (k >= FIRST && k < LAST ? sum + k * value : sum), 0);
  const notNoise = Math.max(LEAST_SIGNAL[1] * power, power - byNoise);
  const overall = notNoise > 0 ? Math.max(0, rest - byNoise) / notNoise : 0;
  const wrong = wrongness(spectra, { mean, variance }, inFocus, errors, overall);
  const ofSource = mean.map((t, k) => t / (t * t + within(LEAST_RATIO, errors[k]! / wrong[k]!, MOST_RATIO)));
  const estimate = { source: ofSource, network: mean.map((t, k) => 1 - t * ofSource[k]!) };
  const contrast = missingContrast(spectra, estimate, { transfer: mean, rest: notLinear, signal });
  return {
    source: estimate.source.map((share, k) => share * contrast[k]!),
    network: estimate.network.map((share, k) => share * contrast[k]!),
    unexplained: power > 0 ? Math.max(0, rest / power) : 0,
  };
}

/**
 * In each ring, if it is white: as much as there is where there is least. That is at the highest frequencies or in a dent of T, where hardly
 * anything else comes through.
 * @param source sums over the rings
 */
function noiseOf(source: Float64Array): Float64Array {
  const { members } = ringsOf(TRANSFER_SIDE);
  let least = Number.POSITIVE_INFINITY;
  for (let k = FIRST + NOISE_RINGS; k < source.length - NOISE_RINGS; k++) {
    let [sum, count] = [0, 0];
    for (let ring = k - NOISE_RINGS; ring <= k + NOISE_RINGS; ring++) {
      sum += source[ring]!;
      count += members[ring]!;
    }
    least = Math.min(least, sum / count);
  }
  return members.map((count) => count * least);
}

/**
 * Of the network over the power in focus, at each frequency: between what it leaves unexplained on the whole and around that frequency, both less
 * what noise would leave. The more there is that it does not explain, the more the second counts: of cells that it does not know, it may know the
 * coarse shapes. Where it explains nearly all, the rest is rather what is not linear, of which the network knows more than T.
 */
function wrongness(
  spectra: Spectra,
  { mean, variance }: Likely,
  inFocus: Float64Array,
  errors: Float64Array,
  overall: number,
): Float64Array {
  const rest = mean.map((t, k) =>
    k < LAST ? unexplainedIn(spectra, k, t, variance[k]!) - errors[k]! * inFocus[k]! : 0,
  );
  const around = nearby(
    rest,
    mean.map((t, k) => t * t * inFocus[k]!),
  );
  const share = Math.min(1, overall);
  const onTheWhole = Math.log(within(LEAST_WRONG, overall, MOST_WRONG));
  return around.map((here) =>
    Math.exp(share * Math.log(within(LEAST_WRONG, here, MOST_WRONG)) + (1 - share) * onTheWhole),
  );
}

/** A coarse guess of the power in focus, in each ring: what the source holds around it, over what the optics let through. */
function powerAround(source: Float64Array, throughput: Float64Array): Float64Array {
  const logs = nearby(throughput.map((_, k) => (k < LAST ? Math.log(source[k]! + 1e-30) : 0)));
  const open = nearby(throughput);
  return logs.map((log, k) => Math.exp(log) / Math.max(LEAST_THROUGHPUT, open[k]!));
}

/** At each frequency the mean of `above` over that of `below`, of the band's rings, each octave with the same weight and the nearest with most. */
function nearby(above: Float64Array, below = above.map(() => 1)): Float64Array {
  return above.map((_, at) => {
    let [a, b] = [0, 0];
    const weights = weightsAround(at);
    for (let k = FIRST; k < LAST; k++) {
      a += weights[k - FIRST]! * above[k]!;
      b += weights[k - FIRST]! * below[k]!;
    }
    return b > 0 ? a / b : 0;
  });
}

function within(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
