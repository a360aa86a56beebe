import { existsSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import type { Ask } from "../../ledger/chain/sections.js";

/** The daily files, to be asked as the ledger is. */
export interface DailyFiles {
  pathOf(day: string): string;
  /** @returns undefined for a file that is not there. @throws what SQLite throws for one that is no database */
  ask(day: string): Ask | undefined;
  close(): void;
}

/** Frames that left together are asked for together, and compared with the file of another day at most. */
const OPEN = 3;

export function openDailyFiles(folder: string): DailyFiles {
  const open = new Map<string, BetterSqlite3.Database>();
  const pathOf = (day: string) => join(folder, `${day}.sqlite`);

  function databaseOf(day: string): BetterSqlite3.Database | undefined {
    const path = pathOf(day);
    const db = open.get(day) ?? (existsSync(path) ? new BetterSqlite3(path, { readonly: true }) : undefined);
    if (db === undefined) return undefined;
    open.delete(day);
    open.set(day, db); // the newest in use is the last
    for (const [oldest, itsDb] of [...open].slice(0, -OPEN)) {
      open.delete(oldest);
      itsDb.close();
    }
    return db;
  }

  return {
    pathOf,
    ask(day) {
      const db = databaseOf(day);
      if (db === undefined) return undefined;
      return <Row>(sql: string, ...parameters: unknown[]) => db.prepare(sql).all(...parameters) as Row[];
    },
    close() {
      for (const db of open.values()) db.close();
      open.clear();
    },
  };
}
