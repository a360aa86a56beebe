import { createRandom } from "../train/random.js";

/** A figure with its 95 % confidence interval; the bounds are null where there are too few groups to resample. */
export interface Interval {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Independent groups behind it. */
  readonly groups: number;
}

const DRAWS = 1000;
/** With fewer, resampling says nothing about other fields. */
export const LEAST_GROUPS = 4;

/**
 * A figure over items and the interval between the 2.5 and 97.5 percentiles of it over resampled groups (Efron's percentile bootstrap).
 * Items of one group (frames of fields that overlap) are not independent, so whole groups are drawn, with replacement.
 */
export function bootstrap<T>(
  items: readonly T[],
  groupOf: (item: T) => string,
  statistic: (items: readonly T[]) => number,
  seed: number,
): Interval {
  const byGroup = new Map<string, T[]>();
  for (const item of items) byGroup.set(groupOf(item), [...(byGroup.get(groupOf(item)) ?? []), item]);
  const groups = [...byGroup.values()];
  const found = statistic(items);
  const value = Number.isFinite(found) ? found : null;
  if (value === null || groups.length < LEAST_GROUPS) return { value, low: null, high: null, groups: groups.length };
  const random = createRandom(seed);
  const draws: number[] = [];
  for (let k = 0; k < DRAWS; k++) {
    const drawn = statistic(groups.flatMap(() => random.pick(groups)));
    if (Number.isFinite(drawn)) draws.push(drawn);
  }
  draws.sort((a, b) => a - b);
  const at = (share: number) => draws[Math.round(share * (draws.length - 1))] ?? null;
  return { value, low: at(0.025), high: at(0.975), groups: groups.length };
}
