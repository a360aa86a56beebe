import { existsSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import { asRefocusdError, RefocusdError } from "../../errors/refocusd-error.js";

/** A daily log, opened for reading. Only what every version's file has is asked of it: tables, not views. */
export interface DayFile {
  readonly path: string;
  readonly day: string;
  readonly timeZone: string;
  /** From the first millisecond of the day to that of the next one, ms since 1970 UTC. */
  readonly startMs: number;
  readonly endMs: number;
  readonly writtenMs: number;
  select<Row>(sql: string, ...parameters: unknown[]): Row[];
  close(): void;
}

/** @throws RF_LEDGER_MISSING for a file that is not a daily log */
export function openDayFile(path: string): DayFile {
  if (!existsSync(path)) throw new RefocusdError("RF_LEDGER_MISSING", path);
  const db = new BetterSqlite3(path, { readonly: true });
  try {
    const fact = (key: string): string => {
      const value = db.prepare("SELECT value FROM meta WHERE key = ?").pluck().get(`daily-log.${key}`);
      if (typeof value !== "string") throw new RefocusdError("RF_LEDGER_MISSING", `${path}: not a daily log`);
      return value;
    };
    return {
      path,
      day: fact("day"),
      timeZone: fact("timeZone"),
      startMs: Number(fact("startMs")),
      endMs: Number(fact("endMs")),
      writtenMs: Number(fact("writtenMs")),
      select: <Row>(sql: string, ...parameters: unknown[]) => db.prepare(sql).all(...parameters) as Row[],
      close: () => void db.close(),
    };
  } catch (error) {
    db.close();
    throw asRefocusdError(error);
  }
}

/** The frames `f` that count for the day, as in the view `today`: they came to their end on it, or are still open. */
export function ofDay({ startMs, endMs }: Pick<DayFile, "startMs" | "endMs">): string {
  return `f.is_current = 1 AND (f.finished_ms IS NULL OR (f.finished_ms >= ${startMs} AND f.finished_ms < ${endMs}))`;
}
