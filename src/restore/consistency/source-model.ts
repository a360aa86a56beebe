import { bandOf, ringsOf } from "../spectra.js";
import { weightsWithin } from "./around.js";
import type { TransferBelief } from "./likely-transfer.js";
import { TRANSFER_SIDE } from "./transfers.js";

/** What a source is taken to be: T·X, noise, and a rest that is not linear. Sums are over the rings of its spectrum. */
export interface SourceModel {
  /** T and how sure it is, by cycles per TRANSFER_SIDE pixels to beyond the corner of the spectrum. */
  readonly transfer: Float64Array;
  readonly variance: Float64Array;
  /** Of the power in focus, what the source may differ by from T·X, besides noise. */
  readonly rest: Float64Array;
  /** That and noise. */
  readonly errors: Float64Array;
  /** What of the source is noise, and what is not: sums. */
  readonly noise: Float64Array;
  readonly signal: Float64Array;
  /** A coarse guess of the power in focus: sums. */
  readonly inFocus: Float64Array;
}

const [FIRST, LAST] = bandOf(TRANSFER_SIDE);
/**
 * Of the power in focus, what the source may differ by from what the optics make of it, besides noise and the variance of T: what is not linear.
 * Where T is 1 the optics changed nothing, and a twentieth of it is left.
 */
const [ERROR, UNCHANGED] = [0.02, 0.05] as const;
/** What the variance of T counts. The likelihood is surer of itself than it should be. */
const VARIANCE_WEIGHT = 2;
/** The optics are taken to let through at least this much of the power around a frequency. */
const LEAST_THROUGHPUT = 1e-3;
/** How far around a frequency is looked. Half an octave to either side reaches past a zero of T. */
const weightsAround = weightsWithin(0.35);
/** Rings to either side over which the power is averaged where noise is looked for. */
const NOISE_RINGS = 3;
/** Of the source's power, what is believed not to be noise. */
const LEAST_SIGNAL = 0.001;
/** Limits of the ratio of the source's error to what else is known of the frame in focus, in Wiener's estimate. */
const [LEAST_RATIO, MOST_RATIO] = [0.003, 3] as const;

/** @param source power in its rings, as sums over them */
export function sourceModel(source: Float64Array, { mean: transfer, variance }: TransferBelief): SourceModel {
  const noise = noiseOf(source);
  const changed = transfer.map((t) => Math.min(1, (1 - t) ** 2));
  const rest = changed.map((share, k) => ERROR * Math.min(1, share + UNCHANGED) + VARIANCE_WEIGHT * variance[k]!);
  const signal = source.map((sum, k) => Math.max(LEAST_SIGNAL * sum, sum - noise[k]!));
  const inFocus = powerAround(
    signal,
    transfer.map((t, k) => t * t + rest[k]!),
  );
  // Beyond the last whole ring, in the corners of the spectrum, it is as there. A frame in focus keeps its noise.
  const last = noise.length - 1;
  const errors = rest.map((error, k) => {
    const ring = Math.min(k, last);
    return error + (changed[k]! * noise[ring]!) / Math.max(1e-30, inFocus[ring]!);
  });
  return { transfer, variance, rest, errors, noise, signal, inFocus };
}

/**
 * What the source counts for in the linear estimate of least square error (Wiener), at each frequency.
 * @param wrong error of what else is known of the frame in focus, over the power in focus
 */
export function sourceShare({ transfer, errors }: SourceModel, wrong: Float64Array): Float64Array {
  return transfer.map((t, k) => t / (t * t + within(LEAST_RATIO, errors[k]! / wrong[k]!, MOST_RATIO)));
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

/** A coarse guess of the power in focus, in each ring: what the source holds around it, over what the optics let through. */
function powerAround(source: Float64Array, throughput: Float64Array): Float64Array {
  const logs = nearby(throughput.map((_, k) => (k < LAST ? Math.log(source[k]! + 1e-30) : 0)));
  const open = nearby(throughput);
  return logs.map((log, k) => Math.exp(log) / Math.max(LEAST_THROUGHPUT, open[k]!));
}

/** At each frequency the mean of `above` over that of `below`, of the band's rings, each octave with the same weight and the nearest with most. */
export function nearby(above: Float64Array, below = above.map(() => 1)): Float64Array {
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

export function within(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
