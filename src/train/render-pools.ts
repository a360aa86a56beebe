import { listFields } from "./dataset/fields.js";
import { type SplitChoice, splitFor } from "./dataset/folds.js";
import { fieldItems, fillPool, mixedItems } from "./dataset/pool.js";
import type { WorkFolder } from "./work-folder.js";

export interface PoolPlan extends SplitChoice {
  /** Folder of focused frames. */
  readonly data: string;
  /** Items to train on. */
  readonly size: number;
  readonly seed: number;
  /** Pixel size · NA / λ of the frames' own microscope, if known. */
  readonly sampling?: number;
  /** The training is one of several that are compared: validation items show the held-out fields alone, and there are more of them. */
  readonly compared?: boolean;
}

/** Training starts when this many items are there, and goes on while the pool grows. */
export const FIRST_ITEMS = 100;
/** So that an early validation has something of every band. */
export const FIRST_VALIDATION_ITEMS = 8;

/** Of a comparison: 20 of them, half on phantoms, told five folds apart by chance more than by their fields. */
const MOST_COMPARED_ITEMS = 60;

/** One validation item for fifteen to train on; in a comparison one for five, up to `MOST_COMPARED_ITEMS`. */
export function validationSize({ size, compared = false }: Pick<PoolPlan, "size" | "compared">): number {
  const wanted = compared ? Math.min(MOST_COMPARED_ITEMS, size / 5) : size / 15;
  return Math.max(FIRST_VALIDATION_ITEMS, Math.ceil(wanted));
}

/** Renders what a training needs in the order in which it needs it, then replaces items one by one until the signal. */
export async function renderPools(plan: PoolPlan, folder: WorkFolder, signal: AbortSignal): Promise<void> {
  const split = splitFor(await listFields(plan.data), plan);
  const { sampling } = plan;
  const validationItems = plan.compared ? fieldItems : mixedItems;
  const train = { folder: folder.train, render: mixedItems(split.train, sampling), seed: plan.seed, signal };
  const validation = {
    folder: folder.validation,
    ...{ render: validationItems(split.validation, sampling), seed: plan.seed + 1, signal },
  };
  await fillPool({ ...validation, size: FIRST_VALIDATION_ITEMS, renew: false });
  await fillPool({ ...train, size: Math.min(FIRST_ITEMS, plan.size), renew: false });
  await fillPool({ ...validation, size: validationSize(plan), renew: false });
  await fillPool({ ...train, size: plan.size, renew: true });
}
