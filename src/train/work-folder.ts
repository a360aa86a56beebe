import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { Split } from "./dataset/fields.js";

/** Where a training keeps what it needs until the model is written. Both networks can share the pool. */
export interface WorkFolder {
  /** `<work>/pool/train` and `<work>/pool/validation`: rendered items. */
  readonly train: string;
  readonly validation: string;
  /** `<work>/pool/pool.json`: what the pool was made of. */
  readonly manifest: string;
  /** `<work>/<model name>`: checkpoint.bin. */
  readonly checkpoint: string;
}

export function workFolder(work: string, name: string): WorkFolder {
  const pool = join(work, "pool");
  return {
    train: join(pool, "train"),
    validation: join(pool, "validation"),
    manifest: join(pool, "pool.json"),
    checkpoint: join(work, name),
  };
}

export interface PoolManifest {
  readonly seed: number;
  readonly train: readonly string[];
  readonly validation: readonly string[];
  /** Its validation items show fields alone. */
  readonly compared?: true;
}

export function poolManifest(split: Split, seed: number, compared = false): PoolManifest {
  const names = (fields: Split["train"]) => fields.map((field) => basename(field.path));
  return { seed, train: names(split.train), validation: names(split.validation), ...(compared && { compared }) };
}

/**
 * Notes what a pool is made of, or holds it against what was noted: with another split, frames that were learnt from would come back
 * as validation.
 *
 * @throws RF_TRAINING_DATA when the pool was made of other fields, by another split or seed, or for the other of `compared`
 */
export async function claimPool(folder: WorkFolder, manifest: PoolManifest): Promise<void> {
  const text = `${JSON.stringify(manifest)}\n`;
  const found = await readFile(folder.manifest, "utf8").catch(() => undefined);
  if (found === text) return;
  if (found !== undefined) {
    throw new RefocusdError(
      "RF_TRAINING_DATA",
      `the pool beside ${folder.manifest} was made of other fields, by another split or seed, or for trainings that are compared (or not); give another --work folder, or remove it`,
    );
  }
  await mkdir(join(folder.manifest, ".."), { recursive: true });
  await writeFile(folder.manifest, text);
}
