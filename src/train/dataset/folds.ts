import { RefocusdError } from "../../errors/refocusd-error.js";
import { createRandom } from "../random.js";
import { type Field, type Split, splitByGroup } from "./fields.js";

/** One of several ways to hold out fields, which together hold out each field once. */
export interface Fold {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** Which fields are held out, and which of the others are learnt from. */
export interface SplitChoice {
  readonly splitSeed: number;
  /** Without it a fifth of the groups is held out. */
  readonly fold?: Fold;
  /** Learn from so many fields at most; those of a smaller number are among those of a larger one. */
  readonly mostFields?: number;
}

/** @throws RF_TRAINING_DATA when there are fewer groups than folds */
export function splitFor(fields: readonly Field[], { splitSeed, fold, mostFields }: SplitChoice): Split {
  const split = fold ? foldsByGroup(fields, splitSeed, fold.count)[fold.index]! : splitByGroup(fields, splitSeed);
  return mostFields === undefined ? split : { ...split, train: fewerFields(split.train, mostFields, splitSeed) };
}

/**
 * Every group is held out in exactly one fold, and folds differ by at most one group; the seed draws which. A group is never cut in two.
 *
 * @throws RF_TRAINING_DATA when there are fewer groups than folds
 */
export function foldsByGroup(fields: readonly Field[], seed: number, count: number): Split[] {
  const groups = shuffled([...new Set(fields.map((field) => field.group))], seed);
  if (groups.length < count) {
    throw new RefocusdError(
      "RF_TRAINING_DATA",
      `${count} folds of ${groups.length} groups of fields: give fewer folds`,
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const held = new Set(groups.filter((_, k) => k % count === index));
    return {
      train: fields.filter((field) => !held.has(field.group)),
      validation: fields.filter((field) => held.has(field.group)),
    };
  });
}

/** The first `most` of a seeded order, in the order in which they were given. */
function fewerFields(fields: readonly Field[], most: number, seed: number): Field[] {
  const kept = new Set(shuffled(fields, seed).slice(0, most));
  return fields.filter((field) => kept.has(field));
}

function shuffled<T>(things: readonly T[], seed: number): T[] {
  const random = createRandom(seed);
  return things
    .map((thing) => ({ thing, key: random.uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ thing }) => thing);
}
