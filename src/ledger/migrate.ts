import { closeSync, fsyncSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { Database } from "./database.js";

/** One step of the schema. Step n (from 1) takes the ledger from `user_version` n - 1 to n. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** It changes the text of the schema itself, which SQLite's connection must be allowed to. */
  readonly editsSchema?: boolean;
}

// In SQL files, for their readers; beside this module both in src/ and, copied by the build, in dist/.
const readSql = (file: string) => readFileSync(new URL(`./migrations/${file}`, import.meta.url), "utf8");

const NAMES = [
  "001-initial",
  "002-requeue-and-archive",
  "003-nd2",
  "004-acquisition",
  "005-provenance",
  "006-companions",
  "007-spectrum",
  "008-distance",
];

export const MIGRATIONS: readonly Migration[] = NAMES.map((name) => ({
  name,
  sql: readSql(`${name}.sql`),
  editsSchema: name === "003-nd2",
}));

const VIEWS = readSql("views.sql");

export function schemaVersion(db: Database): number {
  return db.pragma("user_version", { simple: true }) as number;
}

/**
 * Brings the ledger to the newest schema. Each step is one transaction, preceded by a backup of the whole ledger.
 * @returns the paths of the backups.
 * @throws RF_LEDGER_NEWER when a newer refocusd has written it.
 */
export function migrate(db: Database, nowMs: number, migrations: readonly Migration[] = MIGRATIONS): string[] {
  const found = schemaVersion(db);
  if (found > migrations.length) {
    throw new RefocusdError("RF_LEDGER_NEWER", `${db.name}: schema ${found}, this version knows ${migrations.length}`);
  }
  const backups: string[] = [];
  for (const [index, migration] of migrations.entries()) {
    const version = index + 1;
    if (version <= found) continue;
    // A ledger that is just being made has nothing to lose.
    if (found > 0) backups.push(backUp(db, version - 1, nowMs));
    const step = db.transaction(() => {
      dropViews(db);
      db.exec(migration.sql);
      if (version === migrations.length) db.exec(VIEWS);
      db.pragma(`user_version = ${version}`);
    });
    db.unsafeMode(migration.editsSchema ?? false);
    try {
      step.immediate();
    } finally {
      db.unsafeMode(false);
    }
  }
  return backups;
}

/** A consistent copy beside the ledger. VACUUM INTO, since the bytes of a live database are not a backup. */
function backUp(db: Database, version: number, nowMs: number): string {
  const path = `${db.name.replace(/\.sqlite$/, "")}.backup-v${version}-${fileMoment(nowMs)}.sqlite`;
  db.prepare("VACUUM INTO ?").run(path);
  syncToDisk(path);
  syncToDisk(dirname(path));
  return path;
}

/** A moment as part of a file name: "2026-11-23T09-00-00Z". */
export function fileMoment(ms: number): string {
  return new Date(ms).toISOString().replaceAll(":", "-").replace(/\..*/, "Z");
}

function dropViews(db: Database): void {
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'view'").pluck().all() as string[];
  for (const name of names) db.exec(`DROP VIEW "${name}"`);
}

function syncToDisk(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
