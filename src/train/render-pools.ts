import { listFields } from "./dataset/fields.js";
import { type SplitChoice, splitFor } from "./dataset/folds.js";
import { fillPool, mixedItems } from "./dataset/pool.js";
import type { WorkFolder } from "./work-folder.js";

export interface PoolPlan extends SplitChoice {
  /** Folder of focused frames. */
  readonly data: string;
  /** Items to train on. */
  readonly size: number;
  readonly seed: number;
  /** Pixel size · NA / λ of the frames' own microscope, if known. */
  readonly sampling?: number;
}

/** Training starts when this many items are there, and goes on while the pool grows. */
export const FIRST_ITEMS = 100;
/** So that an early validation has something of every band. */
export const FIRST_VALIDATION_ITEMS = 8;

/** One validation item for fifteen to train on. */
export function validationSize(size: number): number {
  return Math.max(FIRST_VALIDATION_ITEMS, Math.ceil(size / 15));
}

/** Renders what a training needs in the order in which it needs it, then replaces items one by one until the signal. */
export async function renderPools(plan: PoolPlan, folder: WorkFolder, signal: AbortSignal): Promise<void> {
  const split = splitFor(await listFields(plan.data), plan);
  const { sampling } = plan;
  const train = { folder: folder.train, render: mixedItems(split.train, sampling), seed: plan.seed, signal };
  const validation = {
    folder: folder.validation,
    ...{ render: mixedItems(split.validation, sampling), seed: plan.seed + 1, signal },
  };
  await fillPool({ ...validation, size: FIRST_VALIDATION_ITEMS, renew: false });
  await fillPool({ ...train, size: Math.min(FIRST_ITEMS, plan.size), renew: false });
  await fillPool({ ...validation, size: validationSize(plan.size), renew: false });
  await fillPool({ ...train, size: plan.size, renew: true });
}
