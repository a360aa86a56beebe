import type { Distance } from "../../optics/distance.js";
import { hasDents, reachOf, TRANSFER_SIDE, type Transfer } from "./transfers.js";

/** What the optics are believed to have done to the frame, and how sure that is. */
export interface LikelyTransfer extends TransferBelief {
  /** The likeliest one. */
  readonly best: Transfer;
}

/** By cycles per TRANSFER_SIDE pixels. */
export interface TransferBelief {
  /** Mean over the possible ones, each by its likelihood. */
  readonly mean: Float64Array;
  /** Variance among them. */
  readonly variance: Float64Array;
}

/** Cycles per pixel that count. Below lies shading, above little but noise. */
const BAND = [6 / 256, 112 / 256] as const;
const FIRST = Math.round(BAND[0] * TRANSFER_SIDE);
const COUNT = Math.round(BAND[1] * TRANSFER_SIDE) - FIRST;
/** What is left at the zeros of the transfer function, as a share of the power around them: noise, and what is not linear. */
const FLOORS = [0.003, 0.006, 0.0125, 0.025, 0.05, 0.1, 0.2, 0.4];
/** How the likelihood falls with ln of the misfit, and what the distance told by the spectrum counts in it. */
const TEMPERATURE = 0.1;
const DISTANCE_WEIGHT = { withDents: 0.15, without: 0.3 } as const;

/** Orthonormal polynomials of degree 0 to 2 in ln f, each octave with the same weight: √weights are in them and in what they meet. */
const weights = normalised(Float64Array.from({ length: COUNT }, (_, i) => 1 / (FIRST + i)));
const roots = weights.map(Math.sqrt);
const basis = orthonormal([0, 1, 2].map((n) => roots.map((root, i) => root * Math.log(1 + i / FIRST) ** n)));

/**
 * Which of the possible transfer functions the dents in the source's own power spectrum speak for (the Thon rings of electron microscopy):
 * cells' power falls smoothly with frequency, so ln of the source's less ln(T² + floor) must be smooth. The reconstruction is
 * not asked: it may be wrong, and it was made from the source, which it therefore explains.
 *
 * @param power of the source, mean over each ring; by cycles per TRANSFER_SIDE pixels
 * @param transfers at least one
 */
export function likelyTransfer(
  power: Float64Array,
  transfers: readonly Transfer[],
  distance: Distance,
): LikelyTransfer {
  const logs = Float64Array.from({ length: COUNT }, (_, i) => Math.log(power[FIRST + i]! + 1e-12));
  const reach = reachOf(distance);
  const weight = hasDents(distance) ? DISTANCE_WEIGHT.withDents : DISTANCE_WEIGHT.without;
  const costs = transfers.map((one) => {
    const apart = (one.dof - distance.dof) / reach;
    return Math.log(misfit(logs, one.filter)) + weight * apart * apart;
  });
  const least = Math.min(...costs);
  const shares = normalised(Float64Array.from(costs, (cost) => Math.exp((least - cost) / TEMPERATURE)));
  const { length } = transfers[0]!.filter;
  const mean = new Float64Array(length);
  const variance = new Float64Array(length);
  for (const [k, { filter }] of transfers.entries())
    for (let i = 0; i < length; i++) mean[i]! += shares[k]! * filter[i]!;
  for (const [k, { filter }] of transfers.entries())
    for (let i = 0; i < length; i++) variance[i]! += shares[k]! * (filter[i]! - mean[i]!) ** 2;
  return { best: transfers[costs.indexOf(least)]!, mean, variance };
}

/** Weighted mean square of what a parabola in ln f leaves of ln(power / (T² + floor)), with the floor that leaves least. */
function misfit(logs: Float64Array, filter: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  const rest = new Float64Array(COUNT);
  for (const floor of FLOORS) {
    for (let i = 0; i < COUNT; i++) rest[i] = roots[i]! * (logs[i]! - Math.log(filter[FIRST + i]! ** 2 + floor));
    let sum = dot(rest, rest);
    for (const one of basis) sum -= dot(rest, one) ** 2;
    least = Math.min(least, sum);
  }
  return Math.max(1e-9, least);
}

function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const found: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = Float64Array.from(vector);
    for (const one of found) {
      const share = dot(rest, one);
      for (let i = 0; i < rest.length; i++) rest[i]! -= share * one[i]!;
    }
    const size = Math.sqrt(dot(rest, rest));
    found.push(rest.map((value) => value / size));
  }
  return found;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function normalised(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}
