import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RefocusdError } from "../../errors/refocusd-error.js";
import type { Length } from "../recipes.js";
import type { Figures } from "./task.js";

/** A named list of tensors as plain numbers. */
export interface SavedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** How a training goes, by the names in recipes.ts and losses/reconstruction.ts. */
export interface TrainingChoices {
  readonly recipe: string;
  /** Of a reconstructor. */
  readonly loss?: string;
  readonly length?: Length;
}

/** Where a training by passes is. */
export interface PassPlace {
  /** Passes that are over. */
  readonly pass: number;
  /** Steps of the current one that are over. */
  readonly step: number;
  /** Items of the current one: those that were there when it began. */
  readonly items: number;
}

/** Everything that a training needs to go on as if it had not stopped. */
export interface Checkpoint {
  readonly architecture: string;
  /** Missing where an earlier version trained: then it was our own recipe. */
  readonly choices?: TrainingChoices;
  readonly place?: PassPlace;
  readonly seed: number;
  readonly step: number;
  /** Time spent in training steps so far, ms, over all sessions. */
  readonly elapsedMs: number;
  readonly history: readonly Epoch[];
  /** The network's weights, those that count (a moving average, or the best ones), and the optimiser's moments. */
  readonly weights: readonly SavedTensor[];
  readonly average: readonly SavedTensor[];
  readonly optimiser: readonly SavedTensor[];
}

export interface Epoch {
  readonly step: number;
  readonly minutes: number;
  /** Mean over the epoch; null where another program trained. */
  readonly loss: number | null;
  readonly figures: Figures;
}

const FILE = "checkpoint.bin";
const GROUPS = ["weights", "average", "optimiser"] as const;

/** One file, replaced as a whole: a line of JSON that says what follows, then the numbers. */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  await mkdir(folder, { recursive: true });
  const header = {
    ...checkpoint,
    ...Object.fromEntries(GROUPS.map((g) => [g, checkpoint[g].map(({ name, shape }) => ({ name, shape }))])),
  };
  const parts: Uint8Array[] = [Buffer.from(`${JSON.stringify(header)}\n`)];
  for (const group of GROUPS) {
    for (const { data } of checkpoint[group]) parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const path = join(folder, FILE);
  await writeFile(`${path}.tmp`, Buffer.concat(parts));
  await rename(`${path}.tmp`, path);
}

export function hasCheckpoint(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/** The checkpoint of a folder, or undefined when there is none. */
export async function loadCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  if (!hasCheckpoint(folder)) return undefined;
  const path = join(folder, FILE);
  const bytes = await readFile(path);
  const end = bytes.indexOf(0x0a);
  if (end < 0) throw new RefocusdError("RF_MODEL_INVALID", `${path} has no header`);
  const header = JSON.parse(bytes.subarray(0, end).toString("utf8")) as Checkpoint;
  let at = end + 1;
  const read = (tensors: readonly SavedTensor[]): SavedTensor[] =>
    tensors.map(({ name, shape }) => {
      const length = shape.reduce((a, b) => a * b, 1);
      if (at + 4 * length > bytes.length) throw new RefocusdError("RF_MODEL_INVALID", `${path} ends within ${name}`);
      const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + at + 4 * length));
      at += 4 * length;
      return { name, shape, data };
    });
  const [weights, average, optimiser] = GROUPS.map((group) => read(header[group]));
  return { ...header, weights: weights!, average: average!, optimiser: optimiser! };
}
