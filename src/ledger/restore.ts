import { copyFileSync, existsSync, linkSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { RefocusdError } from "../errors/refocusd-error.js";
import { systemClock } from "../system/clock.js";
import { publishFile } from "../system/publish-file.js";
import { appendRestored, type Restored } from "./chain/append.js";
import { createChain } from "./chain/head.js";
import type { ChainHead } from "./chain/link.js";
import { copyLedger } from "./copy-database.js";
import { createStore } from "./database.js";
import { fileMoment, MIGRATIONS, schemaVersion } from "./migrate.js";

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
  noteInChain(temporary, ledger, backup, nowMs);
  const kept = existsSync(ledger) ? keepAside(ledger, nowMs) : undefined;
  // SQLite would play the old write-ahead log into the new database.
  for (const end of ["-wal", "-shm"]) rmSync(ledger + end, { force: true });
  await publishFile(temporary, ledger);
  return kept;
}

/**
 * Adds a link that says so to the chain of what was restored. A backup of an older schema is left as it is: its chain begins, or goes on,
 * when it has been brought up to date.
 */
function noteInChain(restored: string, replaced: string, backup: string, nowMs: number): void {
  const db = new BetterSqlite3(restored);
  try {
    if (schemaVersion(db) !== MIGRATIONS.length) return;
    db.pragma("foreign_keys = ON");
    const store = createStore(db, { ...systemClock, now: () => nowMs });
    appendRestored(store, endOfChain(replaced), basename(backup));
  } finally {
    db.close();
  }
}

/** Of the ledger that is put aside; null for none, and for one that is damaged: then what it had cannot be told. */
function endOfChain(ledger: string): (ChainHead & { highest: number }) | null {
  if (!existsSync(ledger)) return null;
  try {
    const db = new BetterSqlite3(ledger, { readonly: true });
    try {
      const head = createChain(createStore(db, systemClock)).chainHead();
      const before = db.prepare("SELECT text FROM chain WHERE kind = 'restored'").pluck().all() as string[];
      const highest = before.map((text) => (JSON.parse(text) as Restored).replaced?.highest ?? 0);
      return head === undefined ? null : { ...head, highest: Math.max(head.seq, ...highest) };
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
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
