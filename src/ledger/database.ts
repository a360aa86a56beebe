import BetterSqlite3 from "better-sqlite3";
import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import type { Clock } from "../system/clock.js";

export type Database = BetterSqlite3.Database;

/** What the parts of the ledger share: one connection, and the run on whose behalf they write. */
export interface Store {
  readonly db: Database;
  readonly clock: Clock;
  /** Runs `fn` in a transaction (inside another one: in a savepoint). Whatever it throws undoes what it wrote. */
  atomic<T>(fn: () => T): T;
  run: { readonly id: number; readonly startedMs: number } | null;
}

export function createStore(db: Database, clock: Clock): Store {
  const transaction = db.transaction((fn: () => unknown) => fn());
  return {
    db,
    clock,
    run: null,
    atomic<T>(fn: () => T): T {
      try {
        // IMMEDIATE: takes the write lock at the start, where waiting for it is possible, not half-way, where it is not.
        return transaction.immediate(fn) as T;
      } catch (error) {
        throw sqliteProblem(error);
      }
    },
  };
}

/** Gives SQLite's own failures a code of the catalogue. */
export function sqliteProblem(error: unknown): RefocusdError {
  if (!(error instanceof BetterSqlite3.SqliteError)) return asRefocusdError(error);
  if (error.code === "SQLITE_FULL") return new RefocusdError("RF_DISK_FULL", error.message, { cause: error });
  if (error.code === "SQLITE_NOTADB" || error.code.startsWith("SQLITE_CORRUPT"))
    return new RefocusdError("RF_LEDGER_CORRUPT", error.message, { cause: error });
  return new RefocusdError("RF_INTERNAL", `${error.code}: ${error.message}`, { cause: error });
}

export function toJson(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

export function fromJson<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}
