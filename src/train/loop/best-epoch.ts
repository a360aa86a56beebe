import type { Epoch } from "./checkpoint.js";
import type { Figures } from "./task.js";

/** The figure that is higher for better weights: minus the validation loss of a classifier, SSIM of a reconstructor. */
export function scoreOf({ score = Number.NEGATIVE_INFINITY }: Figures): number {
  return score;
}

export function bestScore(history: readonly Epoch[]): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...history.map(({ figures }) => scoreOf(figures)));
}

/**
 * The validation of the weights that count: the last one of averaged weights; of those that are kept for being the best, the best one, or
 * the last one where another program trained and they were validated by themselves afterwards.
 */
export function countingEpoch(history: readonly Epoch[], keep: "average" | "best"): Epoch | undefined {
  const last = history.at(-1);
  if (keep === "average" || last?.loss === null) return last;
  return history.find(({ figures }) => scoreOf(figures) === bestScore(history));
}
