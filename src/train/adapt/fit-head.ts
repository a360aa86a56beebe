import type { Random } from "../random.js";
import { probability, UNCHANGED } from "./fit-logit.js";
import { FEATURES, type Head, HIDDEN, hiddenOf, logitOf } from "./head.js";

/** A frame to learn from: its tiles that show something. */
export interface Lesson {
  readonly isDefocused: boolean;
  readonly tiles: readonly { readonly features: Float32Array; readonly weight: number }[];
}

export type Layers = "last" | "both";

/** Frames per step, tiles looked at per frame; of the frames, so many are the laboratory's. */
const [BATCH, TILES, OWN_SHARE] = [24, 3, 2 / 3];
/** Steps and rate of Adam; the last layer by itself costs a hundredth of both. Set before the first measurement, not by it. */
const PLAN = { last: { steps: 600, rate: 1e-3 }, both: { steps: 120, rate: 2e-4 } } as const;
/** How strongly weights are pulled back to where they were, per step and rate (decoupled, as in AdamW, but towards the old weights). */
const PULL = 2;

/**
 * Fits the last layers so that what frames are is likeliest, through the mean of their tiles' probabilities as in `frameVerdict`; both
 * classes are drawn alike, and `ordinary` frames among the laboratory's own, so that what the network knew is not forgotten.
 */
export function fitHead(
  old: Head,
  own: readonly Lesson[],
  ordinary: readonly Lesson[],
  layers: Layers,
  random: Random,
): Head {
  const { steps, rate } = PLAN[layers];
  const parts = [Float32Array.from(old.out), Float32Array.of(old.shift)];
  if (layers === "both") parts.push(Float32Array.from(old.kernel), Float32Array.from(old.bias));
  const [out, shift, kernel = old.kernel, bias = old.bias] = parts as [Float32Array, Float32Array];
  const oldParts = parts.map((part) => Float32Array.from(part));
  const update = parts.map((part, k) => createAdam(part, oldParts[k]!));
  const draw = drawer(own, ordinary, random);
  if (draw === undefined) return old;
  const hidden = layers === "last" ? remembered(old) : (features: Float32Array) => hiddenOf({ kernel, bias }, features);
  for (let step = 1; step <= steps; step++) {
    const slopes = parts.map(({ length }) => new Float32Array(length));
    for (let k = 0; k < BATCH; k++) addSlopes(draw(), { kernel, bias, out, shift: shift[0]! }, hidden, slopes, random);
    for (const [k, each] of update.entries()) each(slopes[k]!, step, rate);
  }
  return { kernel, bias, out, shift: shift[0]! };
}

/** Adds the slopes of −ln P(what the frame is) by out, shift and, if they are asked for, kernel and bias. */
function addSlopes(
  { tiles, isDefocused }: Lesson,
  head: Head,
  hiddenFor: (features: Float32Array) => Float32Array,
  [bySlope, byShift, byKernel, byBias]: readonly Float32Array[],
  random: Random,
): void {
  const chosen = Array.from({ length: Math.min(TILES, tiles.length) }, () => random.pick(tiles));
  const all = chosen.reduce((sum, { weight }) => sum + weight, 0);
  const seen = chosen.map(({ features, weight }) => {
    const hidden = hiddenFor(features);
    return { features, hidden, share: weight / all, p: probability(logitOf(head, hidden), UNCHANGED) };
  });
  const p = seen.reduce((sum, tile) => sum + tile.share * tile.p, 0);
  const byP = isDefocused ? -1 / Math.max(p, 1e-4) : 1 / Math.max(1 - p, 1e-4);
  for (const tile of seen) {
    const slope = (byP * tile.share * tile.p * (1 - tile.p)) / BATCH;
    byShift![0]! += slope;
    for (let j = 0; j < HIDDEN; j++) bySlope![j]! += slope * tile.hidden[j]!;
    if (byKernel === undefined || byBias === undefined) continue;
    const byHidden = Float32Array.from(head.out, (w, j) => (tile.hidden[j]! > 0 ? slope * w : 0));
    for (let j = 0; j < HIDDEN; j++) byBias[j]! += byHidden[j]!;
    for (let i = 0; i < FEATURES; i++) {
      const x = tile.features[i]!;
      if (x === 0) continue;
      for (let j = 0, at = i * HIDDEN; j < HIDDEN; j++, at++) byKernel[at]! += x * byHidden[j]!;
    }
  }
}

/** Draws lessons: own or ordinary, then a class, then a frame of it. Undefined where a class is missing among the own. */
function drawer(own: readonly Lesson[], ordinary: readonly Lesson[], random: Random): (() => Lesson) | undefined {
  const sides = (lessons: readonly Lesson[]) => [true, false].map((is) => lessons.filter((l) => l.isDefocused === is));
  const [mine, others] = [sides(own), sides(ordinary)];
  if (mine.some((side) => side.length === 0)) return undefined;
  const hasOthers = others.every((side) => side.length > 0);
  return () => random.pick((hasOthers && !random.chance(OWN_SHARE) ? others : mine)[random.integer(0, 1)]!);
}

function remembered(head: Head): (features: Float32Array) => Float32Array {
  const known = new Map<Float32Array, Float32Array>();
  return (features) => {
    const hidden = known.get(features) ?? hiddenOf(head, features);
    known.set(features, hidden);
    return hidden;
  };
}

/** Adam (Kingma and Ba 2015) with a pull towards the old values. */
function createAdam(values: Float32Array, old: Float32Array) {
  const [first, second] = [new Float32Array(values.length), new Float32Array(values.length)];
  return (slopes: Float32Array, step: number, rate: number): void => {
    const [one, two] = [1 - 0.9 ** step, 1 - 0.999 ** step];
    for (let i = 0; i < values.length; i++) {
      const slope = slopes[i]!;
      first[i] = 0.9 * first[i]! + 0.1 * slope;
      second[i] = 0.999 * second[i]! + 0.001 * slope * slope;
      const move = first[i]! / one / (Math.sqrt(second[i]! / two) + 1e-8);
      values[i]! -= rate * (move + PULL * (values[i]! - old[i]!));
    }
  };
}
