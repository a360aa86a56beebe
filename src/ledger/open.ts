import { existsSync } from "node:fs";
import { dirname } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { Clock } from "../system/clock.js";
import { type Database, sqliteProblem } from "./database.js";
import { createLedger, createLedgerReader, type Ledger, type LedgerReader } from "./ledger.js";
import { MIGRATIONS, type Migration, migrate, schemaVersion } from "./migrate.js";
import { networkShare } from "./network-disk.js";

export interface OpenOptions {
  readonly clock: Clock;
  /** Reads every page and checks the structure: about a second per gigabyte from memory. */
  readonly quickCheck?: boolean;
  /** Which kind of network share a folder lies on; for tests. */
  readonly networkShare?: (folder: string) => string | undefined;
  /** For tests. */
  readonly migrations?: readonly Migration[];
}

/** How long to wait for another process' write (a command beside the daemon). Its transactions take milliseconds. */
const BUSY_MS = 5000;

/**
 * Opens the ledger for the daemon, or makes it; the folder must exist. Brings the schema up to date.
 * @throws RF_LEDGER_ON_NETWORK, RF_LEDGER_NEWER, RF_LEDGER_CORRUPT, RF_DISK_FULL
 */
export function openLedger(path: string, options: OpenOptions): Ledger {
  const share = (options.networkShare ?? networkShare)(dirname(path));
  if (share !== undefined) throw new RefocusdError("RF_LEDGER_ON_NETWORK", `${path}: on ${share}`);
  return opened(path, { timeout: BUSY_MS }, (db) => {
    if (schemaVersion(db) > 0 && options.quickCheck === true) quickCheck(db);
    const backups = migrate(db, options.clock.now(), options.migrations ?? MIGRATIONS);
    db.pragma("journal_mode = WAL");
    setUpWriting(db);
    return createLedger(db, options.clock, backups);
  });
}

/**
 * Opens an existing ledger for looking only, beside a running daemon or without one.
 * @throws RF_LEDGER_MISSING, RF_LEDGER_NEWER, RF_LEDGER_CORRUPT
 */
export function openLedgerReader(path: string, options: Pick<OpenOptions, "clock">): LedgerReader {
  if (!existsSync(path)) throw new RefocusdError("RF_LEDGER_MISSING", path);
  return opened(path, { timeout: BUSY_MS, readonly: true }, (db) => {
    assertOwnSchema(db);
    return createLedgerReader(db, options.clock);
  });
}

/**
 * Opens an existing ledger for a small write of a command beside a running daemon. Never changes the schema: the daemon has its
 * own idea of it.
 * @throws RF_LEDGER_MISSING, RF_LEDGER_NEWER, RF_LEDGER_CORRUPT
 */
export function openLedgerBeside(path: string, options: Pick<OpenOptions, "clock">): Ledger {
  if (!existsSync(path)) throw new RefocusdError("RF_LEDGER_MISSING", path);
  return opened(path, { timeout: BUSY_MS, fileMustExist: true }, (db) => {
    assertOwnSchema(db);
    setUpWriting(db);
    return createLedger(db, options.clock, []);
  });
}

function opened<T>(path: string, options: BetterSqlite3.Options, use: (db: Database) => T): T {
  let db: Database | undefined;
  try {
    db = new BetterSqlite3(path, options);
    return use(db);
  } catch (error) {
    db?.close();
    throw sqliteProblem(error);
  }
}

function setUpWriting(db: Database): void {
  db.pragma("synchronous = FULL"); // with NORMAL, WAL may lose the last commits when the power fails
  db.pragma("foreign_keys = ON");
  // better-sqlite3 allows for 16 MB, which a ledger of 50,000 frames fills; the system keeps what is read often in memory as well.
  db.pragma("cache_size = -4000");
}

/** @throws RF_LEDGER_NEWER, RF_LEDGER_MISSING unless the schema is this version's. */
function assertOwnSchema(db: Database): void {
  const found = schemaVersion(db);
  const known = MIGRATIONS.length;
  if (found > known)
    throw new RefocusdError("RF_LEDGER_NEWER", `${db.name}: schema ${found}, this version knows ${known}`);
  if (found < known)
    throw new RefocusdError("RF_LEDGER_MISSING", `${db.name}: schema ${found}, this version reads ${known}`);
}

/** @throws RF_LEDGER_CORRUPT, told with the first things that SQLite finds. */
export function quickCheck(db: Database): void {
  const found = db.prepare("PRAGMA quick_check(5)").pluck().all() as string[];
  if (found[0] !== "ok") throw new RefocusdError("RF_LEDGER_CORRUPT", `${db.name}: ${found.join("; ")}`);
}
