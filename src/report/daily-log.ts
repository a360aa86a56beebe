import { existsSync } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import BetterSqlite3 from "better-sqlite3";
import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import { fileMoment } from "../ledger/migrate.js";
import type { Clock } from "../system/clock.js";
import { publishFile } from "../system/publish-file.js";
import { noteChainHead } from "./daily-log-chain.js";
import { addForPeople } from "./daily-log-people.js";
import type { DailyLogFacts } from "./daily-log-readme.js";
import { type Day, dayRange, isDay, localTimeZone } from "./local-day.js";

export interface DailyLogOptions {
  /** The ledger's database file; the daemon may be writing into it. */
  readonly ledgerPath: string;
  readonly day: Day;
  /** Where `<day>.sqlite` is written; made if missing. */
  readonly folder: string;
  readonly clock: Clock;
  /** Whose midnight; default: this machine's. */
  readonly timeZone?: string | undefined;
}

export interface DailyLogFile {
  readonly path: string;
  readonly day: Day;
  readonly frames: number;
  readonly events: number;
  /** Bytes. */
  readonly size: number;
}

/** The newest day of which something has left the ledger for its daily file, in the ledger's `meta`. */
export const ARCHIVED_THROUGH = "retention.archived-through";

/**
 * Frames copied at a stretch. The supervisor's loop must not stand still for long: that costs the watcher its hints.
 * 20,000 frames take 1.7 s on two busy cores; the longest standstill is their integrity check, 0.3 s.
 */
const CHUNK = 500;

// Every state change writes an event, so the events of the day lead to all its frames.
const DAY_FRAMES = `
  SELECT frame_id AS id FROM ledger.events WHERE at_ms >= @startMs AND at_ms < @endMs AND frame_id IS NOT NULL
  UNION SELECT frame_id FROM ledger.reviews WHERE reviewed_ms >= @startMs AND reviewed_ms < @endMs`;

/** What is copied: rows that belong to the chosen frames by `key`, or those that `where` chooses. */
const PARTS: readonly ({ table: string } & ({ key: string } | { where: string }))[] = [
  { table: "frames", key: "id" },
  { table: "attempts", key: "frame_id" },
  { table: "reconstructions", key: "frame_id" },
  { table: "companions", key: "frame_id" },
  { table: "reviews", key: "frame_id" },
  { table: "chain", key: "frame_id" },
  { table: "events", key: "frame_id" },
  { table: "events", where: "frame_id IS NULL AND at_ms >= @startMs AND at_ms < @endMs" },
  // Last, since what was copied tells which of these it refers to.
  {
    table: "runs",
    where: `(started_ms < @endMs AND coalesce(ended_ms, @endMs) >= @startMs)
      OR id IN (SELECT run_id FROM main.frames UNION SELECT run_id FROM main.attempts UNION SELECT run_id FROM main.events)`,
  },
  {
    table: "models",
    where: `id IN (SELECT classifier_id FROM main.frames
      UNION SELECT reconstructor_id FROM main.frames UNION SELECT model_id FROM main.reconstructions)`,
  },
];

/**
 * Writes one day of the ledger as a database of its own: same tables, same views, readable by any SQLite program without
 * the daemon. An existing file of that day is replaced, once the new one is whole, checked and on the disk; if it has more events than
 * the ledger (which was restored from a backup since), it is kept beside the new one.
 * @throws RF_LEDGER_ARCHIVED for a day that has left the ledger, RF_LEDGER_MISSING, RF_OUTPUT_UNWRITABLE, RF_DISK_FULL, RF_INTERNAL
 */
export async function writeDailyLog(options: DailyLogOptions): Promise<DailyLogFile> {
  const { ledgerPath, day, folder, clock } = options;
  if (!isDay(day)) throw new RefocusdError("RF_USAGE", `${day}: not a day, such as 2026-11-23`);
  if (!existsSync(ledgerPath)) throw new RefocusdError("RF_LEDGER_MISSING", ledgerPath); // ATTACH would make it
  const timeZone = options.timeZone ?? localTimeZone();
  const facts = { day, timeZone, ...dayRange(day, timeZone), writtenMs: clock.now(), ledger: ledgerPath };
  const path = join(folder, `${day}.sqlite`);
  const temporary = join(folder, `.${day}.sqlite.${process.pid}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await rm(temporary, { force: true });
    const counts = await fill(temporary, facts);
    if (eventsIn(path) > counts.events)
      await rename(path, path.replace(/sqlite$/, `replaced-${fileMoment(clock.now())}.sqlite`));
    await publishFile(temporary, path);
    return { path, day, ...counts, size: (await stat(path)).size };
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw problem(error, path);
  }
}

async function fill(file: string, facts: DailyLogFacts): Promise<{ frames: number; events: number }> {
  const db = new BetterSqlite3(file);
  try {
    // No journal and no fsync while it is being made: a broken temporary file is thrown away.
    db.pragma("journal_mode = OFF");
    db.pragma("synchronous = OFF");
    db.pragma("foreign_keys = OFF"); // checked once, at the end
    db.prepare("ATTACH ? AS ledger").run(facts.ledger);
    // Each page is read or written once: the 16 MB that each of these may take by default would be for nothing. For 10,000 frames it is
    // 16 MB in all, instead of 41, in the supervisor's process, and no slower.
    for (const schema of ["main", "ledger", "temp"]) db.pragma(`${schema}.cache_size = -2000`);
    const schema = db
      .prepare("SELECT type, sql FROM ledger.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
      .all() as { type: string; sql: string }[];
    const create = async (type: string) => {
      for (const part of schema.filter((each) => each.type === type)) {
        db.exec(part.sql);
        await setImmediate();
      }
    };

    // One transaction: all parts are of one moment. In WAL mode its reading hinders no writer.
    db.exec("BEGIN");
    assertStillThere(db, facts);
    await create("table");
    await copyDay(db, facts);
    // After the rows: filling a table is faster without its indexes.
    for (const type of ["index", "trigger", "view"]) await create(type);
    addForPeople(db, facts);
    db.pragma(`user_version = ${db.pragma("ledger.user_version", { simple: true })}`);
    db.exec("COMMIT; DETACH ledger");
    await setImmediate();
    await check(db);
    db.pragma("journal_mode = DELETE");
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
    return { frames: count("frames"), events: count("events") };
  } finally {
    db.close();
  }
}

/** Written again, the file of a day that has left the ledger would lose what it alone has. */
function assertStillThere(db: BetterSqlite3.Database, { day, ledger }: DailyLogFacts): void {
  const through = db.prepare("SELECT value FROM ledger.meta WHERE key = ?").pluck().get(ARCHIVED_THROUGH);
  if (typeof through !== "string" || through < day) return;
  throw new RefocusdError("RF_LEDGER_ARCHIVED", `${day}: days up to ${through} have left ${ledger}`);
}

async function copyDay(db: BetterSqlite3.Database, facts: DailyLogFacts): Promise<void> {
  const { startMs, endMs } = facts;
  db.exec("CREATE TEMP TABLE day_frames (id INTEGER PRIMARY KEY)");
  noteChainHead(db);
  db.prepare(`INSERT INTO temp.day_frames ${DAY_FRAMES}`).run({ startMs, endMs });
  const chunks = chunkBounds(db);
  for (const part of PARTS) {
    const insert = `INSERT INTO main.${part.table} SELECT * FROM ledger.${part.table}`;
    const copy = db.prepare(
      "key" in part
        ? `${insert} WHERE ${part.key} IN (SELECT id FROM temp.day_frames WHERE id BETWEEN @first AND @last)`
        : `${insert} WHERE ${part.where}`,
    );
    for (const values of "key" in part ? chunks : [{ startMs, endMs }]) {
      copy.run(values);
      await setImmediate();
    }
  }
}

/** The chosen frames in stretches of CHUNK. */
function chunkBounds(db: BetterSqlite3.Database): { first: number; last: number }[] {
  const sql = `SELECT min(id) AS first, max(id) AS last FROM
    (SELECT id, (row_number() OVER (ORDER BY id) - 1) / ${CHUNK} AS chunk FROM temp.day_frames)
    GROUP BY chunk ORDER BY chunk`;
  return db.prepare(sql).all() as { first: number; last: number }[];
}

/** Of an earlier file of the same day; 0 for none, and for one that cannot be read. */
function eventsIn(path: string): number {
  if (!existsSync(path)) return 0;
  let db: BetterSqlite3.Database | undefined;
  try {
    db = new BetterSqlite3(path, { readonly: true });
    return db.prepare("SELECT count(*) FROM events").pluck().get() as number;
  } catch {
    return 0;
  } finally {
    db?.close();
  }
}

async function check(db: BetterSqlite3.Database): Promise<void> {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  for (const table of tables) {
    const found = db.pragma(`integrity_check('${table}')`, { simple: true });
    if (found !== "ok") throw new RefocusdError("RF_INTERNAL", `the daily log came out damaged: ${found}`);
    await setImmediate();
  }
  const dangling = db.pragma("foreign_key_check") as { table: string; parent: string }[];
  if (dangling[0] !== undefined) {
    const { table, parent } = dangling[0];
    throw new RefocusdError(
      "RF_INTERNAL",
      `the daily log came out incomplete: ${table} refers to ${parent} that are not in it`,
    );
  }
}

function problem(error: unknown, path: string): RefocusdError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT" || code === "SQLITE_FULL") return new RefocusdError("RF_DISK_FULL", path);
  const unwritable = [
    "EACCES",
    "EPERM",
    "EROFS",
    "ENOTDIR",
    "EISDIR",
    "EEXIST",
    "ENOENT",
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
  ];
  if (code !== undefined && unwritable.includes(code)) {
    return new RefocusdError("RF_OUTPUT_UNWRITABLE", `${path}: ${message}`, { cause: error });
  }
  return asRefocusdError(error);
}
