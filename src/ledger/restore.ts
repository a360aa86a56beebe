import { copyFileSync, existsSync, linkSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import BetterSqlite3 from "better-sqlite3";
import { RefocusdError } from "../errors/refocusd-error.js";
import { publishFile } from "../system/publish-file.js";
import { copyLedger } from "./copy-database.js";
import { fileMoment } from "./migrate.js";

/**
 * Puts a backup in the place of the ledger; the present one stays beside it. The caller holds the lock of the state folder.
 * A backup of an older schema is brought up to date by the next start.
 * @returns where the present ledger is kept; undefined if there was none
 * @throws RF_LEDGER_MISSING, RF_LEDGER_NEWER, RF_LEDGER_CORRUPT, RF_USAGE, RF_DISK_FULL; then the ledger is as it was
 */
export async function restoreLedger(backup: string, ledger: string, nowMs: number): Promise<string | undefined> {
  if (!existsSync(backup)) throw new RefocusdError("RF_LEDGER_MISSING", backup);
  const temporary = `${ledger}.restore.tmp`;
  await rm(temporary, { force: true });
  await copyLedger(backup, temporary);
  const kept = existsSync(ledger) ? keepAside(ledger, nowMs) : undefined;
  // SQLite would play the old write-ahead log into the new database.
  for (const end of ["-wal", "-shm"]) rmSync(ledger + end, { force: true });
  await publishFile(temporary, ledger);
  return kept;
}

/** A second name for the present ledger. At no moment is there none: it keeps its first name until the backup takes that over. */
function keepAside(ledger: string, nowMs: number): string {
  emptyWriteAheadLog(ledger);
  const aside = `${ledger.replace(/\.sqlite$/, "")}.replaced-${fileMoment(nowMs)}.sqlite`;
  for (const end of ["", "-wal"]) {
    if (!existsSync(ledger + end)) continue;
    try {
      linkSync(ledger + end, aside + end);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
      copyFileSync(ledger + end, aside + end); // not every file system has hard links
    }
  }
  return aside;
}

/** So that what is kept aside is one file. A damaged ledger cannot do that; its write-ahead log is kept with it. */
function emptyWriteAheadLog(ledger: string): void {
  try {
    const db = new BetterSqlite3(ledger);
    try {
      db.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      db.close();
    }
  } catch {
    // Restoring is the remedy for exactly that.
  }
}
