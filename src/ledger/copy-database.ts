import { rm } from "node:fs/promises";
import BetterSqlite3 from "better-sqlite3";
import { RefocusdError } from "../errors/refocusd-error.js";
import { sqliteProblem } from "./database.js";
import { MIGRATIONS, schemaVersion } from "./migrate.js";
import { quickCheck } from "./open.js";

export interface CopyOptions {
  /** Pages of the database copied, of so many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Pages at a stretch, 1 MB: some milliseconds. */
const STEP = 256;

/**
 * Copies a ledger, its write-ahead log included, into one self-contained file, and checks that. By SQLite's online backup, which may run
 * beside a daemon that writes. Not durable and not published yet: the caller does that.
 * @param target must not exist; removed again when anything fails
 * @throws RF_LEDGER_CORRUPT, RF_LEDGER_NEWER, RF_DISK_FULL, RF_OUTPUT_UNWRITABLE
 */
export async function copyLedger(source: string, target: string, options: CopyOptions = {}): Promise<void> {
  try {
    await copy(source, target, options);
    seal(target);
  } catch (error) {
    for (const end of ["", "-wal", "-shm", "-journal"]) await rm(target + end, { force: true });
    throw problem(error, target);
  }
}

async function copy(source: string, target: string, { onProgress }: CopyOptions): Promise<void> {
  const db = new BetterSqlite3(source, { readonly: true, fileMustExist: true });
  try {
    assertRefocusdLedger(db);
    // One reading transaction for the whole copy: without it, the backup begins anew each time that the daemon has written in between,
    // and beside a busy daemon never ends.
    db.exec("BEGIN");
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    await db.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress?.(totalPages - remainingPages, totalPages);
        return STEP;
      },
    });
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}

/** Makes the copy one file without companions, and reads every page of it. */
function seal(path: string): void {
  const db = new BetterSqlite3(path);
  try {
    db.pragma("journal_mode = DELETE");
    quickCheck(db);
  } finally {
    db.close();
  }
}

/** @throws RF_LEDGER_NEWER, RF_LEDGER_CORRUPT, RF_USAGE for what is not a whole ledger */
function assertRefocusdLedger(db: BetterSqlite3.Database): void {
  const found = schemaVersion(db);
  if (found > MIGRATIONS.length)
    throw new RefocusdError("RF_LEDGER_NEWER", `${db.name}: schema ${found}, this version knows ${MIGRATIONS.length}`);
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  if (found < 1 || !["frames", "events", "meta"].every((name) => tables.includes(name)))
    throw new RefocusdError("RF_USAGE", `${db.name}: not a ledger of refocusd`);
  // A daily log has the same tables, but one day's rows: as a ledger, it would have every other file processed again.
  if (tables.includes("readme")) throw new RefocusdError("RF_USAGE", `${db.name}: a daily log, not a whole ledger`);
}

function problem(error: unknown, target: string): RefocusdError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "SQLITE_CANTOPEN" || code === "SQLITE_READONLY" || code === "EACCES") {
    return new RefocusdError("RF_OUTPUT_UNWRITABLE", `${target}: ${(error as Error).message}`, { cause: error });
  }
  return sqliteProblem(error);
}
