export interface Percentiles {
  /** Of how many values. */
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** By nearest rank: each figure is one of the values. `null` without any. */
export function percentiles(values: readonly number[]): Percentiles | null {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const max = sorted.at(-1);
  if (max === undefined) return null;
  const at = (percent: number) => sorted[Math.ceil((percent / 100) * count) - 1] ?? max;
  return { count, p50: at(50), p95: at(95), p99: at(99), max };
}
