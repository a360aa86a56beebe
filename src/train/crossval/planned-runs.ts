import { RefocusdError } from "../../errors/refocusd-error.js";
import type { Field, Split } from "../dataset/fields.js";
import { type SplitChoice, splitFor } from "../dataset/folds.js";

/** So many folds by overlap group; or the data-size curve: so many fields to learn from, on one held-out set for all. */
export type Comparison =
  | { readonly kind: "folds"; readonly count: number }
  | { readonly kind: "sizes"; readonly sizes: readonly (number | "all")[] };

/** One training of a comparison. */
export interface PlannedRun {
  /** `fold-1`, `5-fields`, `5-fields-from-sdcnn`. */
  readonly name: string;
  /** Below the work folder; runs on the same fields share it, and so their pool. */
  readonly folder: string;
  readonly choice: SplitChoice;
  readonly split: Split;
  /** Name of the model whose weights it starts from; without it from random ones. */
  readonly from?: string;
}

/**
 * The trainings of a comparison, in order. With `from` each fold starts from that model; in a data-size curve each size is trained from
 * random weights and from it.
 *
 * @throws RF_TRAINING_DATA for more folds than groups; RF_USAGE for more fields than there are to learn from
 */
export function plannedRuns(
  fields: readonly Field[],
  comparison: Comparison,
  splitSeed: number,
  from?: string,
): PlannedRun[] {
  if (comparison.kind === "folds") {
    const { count } = comparison;
    return Array.from({ length: count }, (_, index) => {
      const choice = { splitSeed, fold: { index, count } };
      const name = `fold-${index + 1}`;
      return { name, folder: name, choice, split: splitFor(fields, choice), ...(from !== undefined && { from }) };
    });
  }
  return distinctSizes(comparison.sizes, splitFor(fields, { splitSeed }).train.length).flatMap((mostFields) => {
    const choice = { splitSeed, mostFields };
    const folder = `${mostFields}-fields`;
    const scratch = { name: folder, folder, choice, split: splitFor(fields, choice) };
    return from === undefined ? [scratch] : [scratch, { ...scratch, name: `${folder}-from-${from}`, from }];
  });
}

/** In rising order, each once. */
function distinctSizes(sizes: readonly (number | "all")[], available: number): number[] {
  const numbers = [...new Set(sizes.map((size) => (size === "all" ? available : size)))].sort((a, b) => a - b);
  const tooMany = numbers.find((size) => size > available);
  if (tooMany !== undefined) {
    throw new RefocusdError(
      "RF_USAGE",
      `${tooMany} fields to learn from, where ${available} are not held out: give less, or all`,
    );
  }
  return numbers;
}
