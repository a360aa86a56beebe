import { existsSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import { RefocusdError } from "../errors/refocusd-error.js";
import { sqliteProblem } from "./database.js";
import { quickCheck } from "./open.js";
import { ledgerBytes } from "./size.js";

/**
 * Gives the space of what has left the ledger back to the disk, by writing the database anew; that needs up to twice its size for the
 * time being. The caller holds the lock of the state folder. SQLite does it in a transaction: interrupted, the ledger is as it was.
 * @returns bytes before and after
 * @throws RF_LEDGER_MISSING, RF_LEDGER_CORRUPT, RF_DISK_FULL
 */
export function compactLedger(path: string): { before: number; after: number } {
  if (!existsSync(path)) throw new RefocusdError("RF_LEDGER_MISSING", path);
  const before = ledgerBytes(path);
  try {
    const db = new BetterSqlite3(path, { fileMustExist: true });
    try {
      quickCheck(db); // what is damaged is not to be written anew from what can still be read
      db.pragma("synchronous = FULL");
      db.exec("VACUUM");
      db.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      db.close();
    }
  } catch (error) {
    throw sqliteProblem(error);
  }
  return { before, after: ledgerBytes(path) };
}
