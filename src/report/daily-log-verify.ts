import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import BetterSqlite3 from "better-sqlite3";

/** Frames compared at a stretch; the supervisor's loop must not stand still for long. */
const CHUNK = 500;

/**
 * What must be in the daily file, word for word, before it may leave the ledger. Of frames, only what says which one it is and what would
 * leave: whether it is current, and its newest stat, change without an event, and stay in the ledger.
 */
const PARTS = [
  {
    table: "frames",
    key: "id",
    columns: `id, path, revision, page, state, sha256, verdict, facts_json, focus_map_json, scores_json, timings_json, tiles_json,
      normalisation_json, settings_json`,
  },
  { table: "events", key: "frame_id", columns: "id, at_ms, kind, frame_id, run_id, detail_json" },
  {
    table: "attempts",
    key: "frame_id",
    columns:
      "id, frame_id, number, run_id, started_ms, finished_ms, outcome, error_code, error_detail, retry_not_before_ms",
  },
] as const;

/**
 * Whether a daily file is whole and holds the complete story of these frames: it opens, SQLite finds no fault in it, and it has as many
 * rows of them as the ledger, with the same values.
 * @param ids rows in `frames`
 * @returns undefined if so, else what is wrong, in words
 */
export async function dailyLogLacks(file: string, ledger: string, ids: readonly number[]): Promise<string | undefined> {
  if (!existsSync(file)) return "it is not there";
  let db: BetterSqlite3.Database | undefined;
  try {
    db = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
    for (const table of tables) {
      const found = db.pragma(`quick_check("${table}")`, { simple: true });
      if (found !== "ok") return `it is damaged: ${found}`;
      await setImmediate();
    }
    db.prepare("ATTACH ? AS ledger").run(ledger);
    return await compare(db, ids);
  } catch (error) {
    return `it cannot be read: ${(error as Error).message}`;
  } finally {
    db?.close();
  }
}

async function compare(db: BetterSqlite3.Database, ids: readonly number[]): Promise<string | undefined> {
  const comparisons = PARTS.map(({ table, key, columns }) => {
    const rows = (schema: string) => `FROM ${schema}.${table} WHERE ${key} IN (SELECT value FROM json_each(@ids))`;
    return {
      table,
      count: db.prepare(
        `SELECT (SELECT count(*) ${rows("ledger")}) AS there, (SELECT count(*) ${rows("main")}) AS here,
           (SELECT count(*) FROM (SELECT ${columns} ${rows("ledger")} EXCEPT SELECT ${columns} ${rows("main")})) AS different`,
      ),
    };
  });
  for (let i = 0; i < ids.length; i += CHUNK) {
    const chunk = JSON.stringify(ids.slice(i, i + CHUNK));
    for (const { table, count } of comparisons) {
      const { there, here, different } = count.get({ ids: chunk }) as Record<"there" | "here" | "different", number>;
      if (there !== here) return `it has ${here} rows of ${table} where the ledger has ${there}`;
      if (different > 0) return `${different} of its rows of ${table} differ from the ledger's`;
    }
    await setImmediate();
  }
  return undefined;
}
