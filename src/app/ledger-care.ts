import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";
import { type BackupFile, backUpLedger } from "../ledger/backup.js";
import { compactLedger } from "../ledger/compact.js";
import { fileMoment } from "../ledger/migrate.js";
import { restoreLedger } from "../ledger/restore.js";
import { copyModels } from "../models/copy-models.js";
import { lockState } from "../service/lock.js";
import type { Clock } from "../system/clock.js";
import { printable } from "./frame-text.js";
import { adaptedModels } from "./settings.js";
import { ledgerPath } from "./workshop.js";

/** A backup, and the adapted models that were put beside it. */
export interface Backup extends BackupFile {
  readonly models: readonly string[];
}

/** What a restored ledger took the place of, and the adapted models that came back with it. */
export interface Restoration {
  readonly kept: string | undefined;
  readonly models: readonly string[];
}

/** Beside the backup: verdicts by an adapted model can be reproduced only with its weights, which are nowhere else. */
function modelsBeside(backup: string): string {
  return join(dirname(backup), "models");
}

/** @param to a file, or a folder for a file with the usual name; left out: the folder `backup` in the state folder. */
export async function backUp(
  state: string,
  to: string | undefined,
  clock: Clock,
  onProgress?: (done: number, total: number) => void,
): Promise<Backup> {
  const usual = `ledger-${fileMoment(clock.now())}.sqlite`;
  let target = join(state, "backup", usual);
  if (to !== undefined) {
    const isFolder = statSync(to, { throwIfNoEntry: false })?.isDirectory() === true;
    target = isFolder ? join(resolve(to), usual) : resolve(to);
  }
  const file = await backUpLedger(ledgerPath(state), target, { onProgress });
  return { ...file, models: await copyModels(adaptedModels(state), modelsBeside(target)) };
}

/** @throws RF_ALREADY_RUNNING, and what restoreLedger throws */
export async function restore(state: string, backup: string, clock: Clock): Promise<Restoration> {
  const from = resolve(backup);
  if (!existsSync(from)) throw new RefocusdError("RF_LEDGER_MISSING", from);
  const lock = lockState(state, clock);
  try {
    const kept = await restoreLedger(from, ledgerPath(state), clock.now());
    return { kept, models: await copyModels(modelsBeside(from), adaptedModels(state)) };
  } finally {
    lock.release();
  }
}

/** @throws RF_ALREADY_RUNNING, and what compactLedger throws */
export function compact(state: string, clock: Clock): { before: number; after: number } {
  const path = ledgerPath(state);
  // Before the lock, which would make the folder.
  if (!existsSync(path)) throw new RefocusdError("RF_LEDGER_MISSING", path);
  const lock = lockState(state, clock);
  try {
    return compactLedger(path);
  } finally {
    lock.release();
  }
}

export function backUpText({ path, size, models }: Backup): string {
  return `${printable(path)}: ${megabytes(size)}, checked${modelsText(models, "new in the folder models beside it")}\n`;
}

export function restoreText({ kept, models }: Restoration): string {
  const before = kept === undefined ? "" : `; what was there before is kept as ${printable(kept)}`;
  return `restored${before}${modelsText(models, "adapted models that came back")}\n`;
}

function modelsText(models: readonly string[], what: string): string {
  return models.length === 0 ? "" : `; ${what}: ${models.join(", ")}`;
}

export function compactText({ before, after }: { before: number; after: number }): string {
  return `from ${megabytes(before)} to ${megabytes(after)}\n`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
