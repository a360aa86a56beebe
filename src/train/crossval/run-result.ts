import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isNoSuchFile } from "../../system/file-system.js";
import { replaceFile } from "../../system/publish-file.js";
import type { Epoch } from "../loop/checkpoint.js";
import type { HeldOutFigures } from "./held-out-figures.js";

/** What came out of one training of a comparison. */
export interface RunResult extends HeldOutFigures {
  readonly name: string;
  /** Name of the model whose weights it started from; null: random weights. */
  readonly from: string | null;
  /** File names. */
  readonly train: readonly string[];
  readonly heldOut: readonly string[];
  /** Seed of the training's draws. */
  readonly seed: number;
  readonly steps: number;
  readonly minutes: number;
  readonly epochs: number | null;
  /** Validations in its course, phantoms included. */
  readonly course: readonly Epoch[];
  /** Folder of the model below the work folder; null where none was trained. */
  readonly model: string | null;
}

/** The result of a run that is finished, or undefined. */
export async function loadResult(folder: string, name: string): Promise<RunResult | undefined> {
  try {
    return JSON.parse(await readFile(resultPath(folder, name), "utf8")) as RunResult;
  } catch (error) {
    if (isNoSuchFile(error)) return undefined;
    throw error;
  }
}

/** Appears as a whole: a run counts as finished when it is there. */
export function saveResult(folder: string, result: RunResult): Promise<unknown> {
  const path = resultPath(folder, result.name);
  return replaceFile(path, `${path}.${process.pid}.tmp`, Buffer.from(`${JSON.stringify(result)}\n`));
}

function resultPath(folder: string, name: string): string {
  return join(folder, `${name}.json`);
}
