import { readdirSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";

/** Something the ledger says has happened to a frame. */
export interface LedgerEvent {
  readonly id: number;
  readonly atMs: number;
  readonly kind: string;
  readonly frame: number | null;
}

/** A daily log as it lies on the disk. */
export interface DayLog {
  /** Such as 2026-10-25. */
  readonly day: string;
  /** What SQLite finds wrong with it; "ok" if nothing. */
  readonly soundness: string;
  readonly events: readonly LedgerEvent[];
}

const EVENTS = "SELECT id, at_ms AS atMs, kind, frame_id AS frame FROM events";

export function dayFile(state: string, day: string): string {
  return join(state, "log", `${day}.sqlite`);
}

export function readEvents(file: string): LedgerEvent[] {
  return read(file, (db) => db.prepare(EVENTS).all() as LedgerEvent[]);
}

export function readDays(state: string): DayLog[] {
  const days = readdirSync(join(state, "log")).flatMap((name) => /^(\d{4}-\d\d-\d\d)\.sqlite$/.exec(name)?.[1] ?? []);
  return days.map((day) =>
    read(dayFile(state, day), (db) => ({
      day,
      soundness: String(db.pragma("integrity_check", { simple: true })),
      events: db.prepare(EVENTS).all() as LedgerEvent[],
    })),
  );
}

function read<T>(file: string, ask: (db: BetterSqlite3.Database) => T): T {
  const db = new BetterSqlite3(file, { readonly: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}
