import { existsSync } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";
import { publishFile } from "../system/publish-file.js";
import { type CopyOptions, copyLedger } from "./copy-database.js";

export interface BackupFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Writes a checked copy of the ledger, whole or not at all; safe while the daemon runs.
 * @param target must not exist; its folder is made
 * @throws RF_LEDGER_MISSING, RF_LEDGER_CORRUPT, RF_USAGE, RF_DISK_FULL, RF_OUTPUT_UNWRITABLE
 */
export async function backUpLedger(ledger: string, target: string, options: CopyOptions = {}): Promise<BackupFile> {
  if (!existsSync(ledger)) throw new RefocusdError("RF_LEDGER_MISSING", ledger);
  if (existsSync(target)) throw new RefocusdError("RF_USAGE", `${target} is there already`);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  await mkdir(dirname(target), { recursive: true }).catch((error: Error) => {
    throw new RefocusdError("RF_OUTPUT_UNWRITABLE", `${dirname(target)}: ${error.message}`, { cause: error });
  });
  await rm(temporary, { force: true });
  await copyLedger(ledger, temporary, options);
  await publishFile(temporary, target);
  return { path: target, size: (await stat(target)).size };
}
