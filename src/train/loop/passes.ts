import { RefocusdError } from "../../errors/refocusd-error.js";
import { createRandom } from "../random.js";
import type { PassPlace } from "./checkpoint.js";

/** A training by passes at its beginning. */
export const START: PassPlace = { pass: 0, step: 0, items: 0 };

/** Whose turn it is in one step of a training in which each item comes once in each pass, in an order that the seed gives. */
export interface Turn {
  readonly items: readonly string[];
  /** The place after this step. */
  readonly next: PassPlace;
  /** Share of the pass that is over before this step. */
  readonly share: number;
}

/**
 * @param place where the training is; a pass keeps to the items that were there when it began, though the pool grows
 * @param found all items that are there now, the oldest first
 * @throws RF_TRAINING_DATA when items of the pass are gone
 */
export function turnAt(place: PassPlace, found: readonly string[], batch: number, seed: number): Turn {
  const items = place.step === 0 ? found.length : place.items;
  if (found.length < items || items === 0)
    throw new RefocusdError("RF_TRAINING_DATA", `the pool has ${found.length} items, and ${items} when the pass began`);
  const steps = Math.ceil(items / batch);
  const order = shuffled(items, seed * 104_729 + place.pass);
  const isLast = place.step + 1 >= steps;
  return {
    items: order.slice(place.step * batch, (place.step + 1) * batch).map((k) => found[k]!),
    next: isLast ? { pass: place.pass + 1, step: 0, items: 0 } : { pass: place.pass, step: place.step + 1, items },
    share: place.step / steps,
  };
}

/** 0 to n − 1 in an order that the seed gives (Fisher and Yates). */
function shuffled(n: number, seed: number): number[] {
  const random = createRandom(seed);
  const order = Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) {
    const other = random.integer(0, k);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
}
