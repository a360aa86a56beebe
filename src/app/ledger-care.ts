import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";
import { type BackupFile, backUpLedger } from "../ledger/backup.js";
import { compactLedger } from "../ledger/compact.js";
import { fileMoment } from "../ledger/migrate.js";
import { restoreLedger } from "../ledger/restore.js";
import { lockState } from "../service/lock.js";
import type { Clock } from "../system/clock.js";
import { printable } from "./frame-text.js";
import { ledgerPath } from "./workshop.js";

/** @param to a file, or a folder for a file with the usual name; left out: the folder `backup` in the state folder. */
export function backUp(
  state: string,
  to: string | undefined,
  clock: Clock,
  onProgress?: (done: number, total: number) => void,
): Promise<BackupFile> {
  const usual = `ledger-${fileMoment(clock.now())}.sqlite`;
  let target = join(state, "backup", usual);
  if (to !== undefined) {
    const isFolder = statSync(to, { throwIfNoEntry: false })?.isDirectory() === true;
    target = isFolder ? join(resolve(to), usual) : resolve(to);
  }
  return backUpLedger(ledgerPath(state), target, { onProgress });
}

/** @throws RF_ALREADY_RUNNING, and what restoreLedger throws */
export async function restore(state: string, backup: string, clock: Clock): Promise<string | undefined> {
  const from = resolve(backup);
  if (!existsSync(from)) throw new RefocusdError("RF_LEDGER_MISSING", from);
  const lock = lockState(state, clock);
  try {
    return await restoreLedger(from, ledgerPath(state), clock.now());
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

export function backUpText({ path, size }: BackupFile): string {
  return `${printable(path)}: ${megabytes(size)}, checked\n`;
}

export function restoreText(kept: string | undefined): string {
  return `restored${kept === undefined ? "" : `; what was there before is kept as ${printable(kept)}`}\n`;
}

export function compactText({ before, after }: { before: number; after: number }): string {
  return `from ${megabytes(before)} to ${megabytes(after)}\n`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
