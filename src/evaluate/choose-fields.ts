import { RefocusdError } from "../errors/refocusd-error.js";
import type { ModelCard } from "../models/card.js";
import { type Field, splitByGroup } from "../train/dataset/fields.js";

/**
 * The fields of a folder that a model did not learn from: split again by the seed that its card's recipe tells.
 * @throws RF_TRAINING_DATA when the card does not tell it, or the split comes out otherwise than the card says (other fields)
 */
export function heldOutFields(card: ModelCard, fields: readonly Field[]): readonly Field[] {
  const seed = /--split-seed (\d+)/.exec(card.recipe)?.[1];
  if (seed === undefined)
    throw new RefocusdError(
      "RF_TRAINING_DATA",
      `the card of ${card.name} does not tell by which --split-seed fields were held out`,
    );
  const { train, validation } = splitByGroup(fields, Number(seed));
  const data = card.data.find((one) => "validationFields" in one);
  if (data?.fields !== train.length || data.validationFields !== validation.length) {
    const told = `${data?.fields ?? "no"} fields learnt from and ${data?.validationFields ?? "none"} held out`;
    throw new RefocusdError(
      "RF_TRAINING_DATA",
      `the card of ${card.name} tells of ${told}, this folder makes ${train.length} and ${validation.length}: it is not the folder that it learnt from; give --all-fields`,
    );
  }
  return validation;
}

/** So many of the fields, spread evenly over the list. */
export function spread<T>(items: readonly T[], count: number): T[] {
  if (count >= items.length) return [...items];
  return Array.from({ length: count }, (_, k) => items[Math.floor((k * items.length) / count)]!);
}
