import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createRandom, type Random } from "../random.js";
import type { Field } from "./fields.js";
import { writeItem } from "./item-file.js";
import { opticsSeen } from "./likely-optics.js";
import { type FieldModel, type ForwardModel, renderItem, type TrainingItem } from "./render-item.js";

export interface PoolOptions {
  readonly folder: string;
  /** What item k of the pool is, from its own stream of random numbers. */
  readonly render: (k: number, random: Random) => Promise<TrainingItem>;
  readonly size: number;
  readonly seed: number;
  /** After the pool is full, go on replacing its oldest items until the signal. */
  readonly renew: boolean;
  readonly signal?: AbortSignal;
  readonly onItem?: (done: number, size: number) => void;
}

/** Half of the items on phantoms, so that cells the lab never filmed are known; a quarter by each model on real fields. */
const MODELS: readonly ForwardModel[] = ["phantom", "weak", "phantom", "abbe"];
const FIELD_MODELS: readonly FieldModel[] = ["weak", "abbe"];

/**
 * The items that networks learn from at first.
 * @param sampling pixel size · NA / λ of the fields' own microscope, if known
 */
export function mixedItems(fields: readonly Field[], sampling?: number): PoolOptions["render"] {
  return (k, random) => renderItem(MODELS[k % MODELS.length]!, fields, random, sampling);
}

/** Of real fields alone, by each model in turn. */
export function fieldItems(fields: readonly Field[], sampling?: number): PoolOptions["render"] {
  return (k, random) => renderItem(FIELD_MODELS[k % FIELD_MODELS.length]!, fields, random, sampling);
}

/**
 * Renders training items into a folder, with what is believed of their optics: Abbe images are too slow to make while training, so training draws from this pool. Item k
 * depends on the seed, k and the round alone, so an interrupted pool goes on where it was and is the same on every machine.
 */
export async function fillPool(options: PoolOptions): Promise<void> {
  const { folder, size, seed, signal } = options;
  await mkdir(folder, { recursive: true });
  const see = await opticsSeen();
  for (let round = 0; round === 0 || options.renew; round++) {
    for (let k = 0; k < size; k++) {
      if (signal?.aborted) return;
      const path = join(folder, itemName(k));
      if (round === 0 && existsSync(path)) continue;
      const random = createRandom(seed * 1_000_003 + round * size + k);
      await writeItem(path, see(await options.render(k, random), random));
      options.onItem?.(k + 1, size);
    }
  }
}

/** The items that are there now, in order. */
export async function poolItems(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(".item"))
    .sort()
    .map((name) => join(folder, name));
}

function itemName(k: number): string {
  return `${String(k).padStart(6, "0")}.item`;
}
