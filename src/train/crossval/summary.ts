import type { Figures } from "../loop/task.js";

export interface Spread {
  readonly mean: number;
  /** Standard deviation of the sample (n − 1); null of a single value. */
  readonly sd: number | null;
  readonly n: number;
}

/** Each figure over the folds that have it: a fold's items need not have every band of |z|. */
export function spreadOfFigures(folds: readonly Figures[]): Record<string, Spread> {
  const names = [...new Set(folds.flatMap((figures) => Object.keys(figures)))];
  return Object.fromEntries(
    names.map((name) => [name, spreadOf(folds.flatMap((figures) => figures[name] ?? []))] as const),
  );
}

function spreadOf(values: readonly number[]): Spread {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : null, n };
}
