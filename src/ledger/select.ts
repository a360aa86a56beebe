import type { Statement } from "better-sqlite3";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { Store } from "./database.js";

export interface SelectRepository {
  /**
   * Rows of a query of your own; the views (`v_frames` …) are the stable surface. Read to the end at once, so that no
   * reader keeps the WAL from shrinking.
   * @throws RF_INTERNAL for a statement that writes.
   */
  select<Row>(sql: string, ...parameters: unknown[]): Row[];
}

export function createSelect({ db }: Store): SelectRepository {
  const prepared = new Map<string, Statement<unknown[]>>();
  return {
    select<Row>(sql: string, ...parameters: unknown[]): Row[] {
      let statement = prepared.get(sql);
      if (statement === undefined) {
        statement = db.prepare(sql);
        if (!statement.readonly) throw new RefocusdError("RF_INTERNAL", `not a query: ${sql}`);
        prepared.set(sql, statement);
      }
      return statement.all(...parameters) as Row[];
    },
  };
}
