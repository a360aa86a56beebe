export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Receiver operating characteristic, from (0, 0) to (1, 1): x is the share of negatives, y that of positives, that score at least so high. */
export function rocCurve(positives: readonly number[], negatives: readonly number[]): Point[] {
  const thresholds = [...new Set([...positives, ...negatives])].sort((a, b) => b - a);
  const share = (scores: readonly number[], least: number) => scores.filter((s) => s >= least).length / scores.length;
  if (positives.length === 0 || negatives.length === 0) return [];
  return [{ x: 0, y: 0 }, ...thresholds.map((t) => ({ x: share(negatives, t), y: share(positives, t) }))];
}

export interface CalibrationBin {
  /** Mean of what was said, and share of those that were so. */
  readonly said: number;
  readonly found: number;
  readonly count: number;
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /** Mean |said − found| over the bins, weighted by their counts (expected calibration error). */
  readonly error: number;
  /** Mean squared error of the probabilities (Brier score). */
  readonly brier: number;
}

const BINS = 10;

/** Whether of those of which p is said a share of p is so: in ten bins of equal width; empty ones are left out. */
export function calibration(said: readonly { readonly p: number; readonly isSo: boolean }[]): Calibration {
  const all = said.length;
  const bins = Array.from({ length: BINS }, (_, k) =>
    said.filter(({ p }) => Math.min(BINS - 1, Math.floor(p * BINS)) === k),
  )
    .filter((bin) => bin.length > 0)
    .map((bin) => ({
      said: bin.reduce((sum, { p }) => sum + p, 0) / bin.length,
      found: bin.filter(({ isSo }) => isSo).length / bin.length,
      count: bin.length,
    }));
  return {
    bins,
    error: bins.reduce((sum, bin) => sum + Math.abs(bin.said - bin.found) * bin.count, 0) / all,
    brier: said.reduce((sum, { p, isSo }) => sum + (p - (isSo ? 1 : 0)) ** 2, 0) / all,
  };
}
