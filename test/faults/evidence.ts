import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { type Disk, type Finding, groupBy, type LedgerRow } from "./expectation.js";
import { sha256 } from "./frames.js";

/** All files below a folder with their hashes; empty where there is no such folder. */
export async function readDisk(folder: string): Promise<Disk> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const disk = new Map<string, string>();
  for (const path of files) disk.set(path, sha256(await readFile(path)));
  return disk;
}

type RawRow = Omit<LedgerRow, "isCurrent" | "outputs" | "companions"> & { isCurrent: number };

interface Made {
  readonly frame: number;
  readonly path: string;
  readonly sha256: string;
}

/** Every row of the ledger, read by SQL of our own: an auditor does not ask the accused. */
export function readRows(ledger: string): LedgerRow[] {
  const db = new BetterSqlite3(ledger, { readonly: true });
  try {
    const rows = db
      .prepare(
        `SELECT id, path, revision, page, is_current AS isCurrent, state, sha256, error_code AS errorCode,
           (SELECT count(*) FROM events WHERE frame_id = frames.id AND kind = 'finished') AS finished FROM frames`,
      )
      .all() as RawRow[];
    const filesOf = (table: string) => {
      const all = db.prepare(`SELECT frame_id AS frame, path, sha256 FROM ${table}`).all() as Made[];
      const byFrame = groupBy(all, ({ frame }) => frame);
      return (id: number) => (byFrame.get(id) ?? []).map(({ path, sha256 }) => ({ path, sha256 }));
    };
    const [outputs, companions] = [filesOf("reconstructions"), filesOf("companions")];
    return rows.map((row) => ({
      ...row,
      isCurrent: row.isCurrent === 1,
      outputs: outputs(row.id),
      companions: companions(row.id),
    }));
  } finally {
    db.close();
  }
}

/** Whether SQLite finds the ledger whole. */
export function soundness(ledger: string): Finding[] {
  const db = new BetterSqlite3(ledger, { readonly: true });
  try {
    const found = [db.pragma("integrity_check", { simple: true }), ...(db.pragma("foreign_key_check") as object[])];
    return found
      .filter((one) => one !== "ok")
      .map((one) => ({ kind: "altered", path: ledger, what: `the ledger is damaged: ${JSON.stringify(one)}` }));
  } finally {
    db.close();
  }
}

/** Rows that have not come to their end, and rows there are. */
export function progress(ledger: string): { unfinished: number; rows: number } {
  let db: BetterSqlite3.Database | undefined;
  try {
    db = new BetterSqlite3(ledger, { readonly: true });
    return db
      .prepare(
        "SELECT count(*) FILTER (WHERE state IN ('seen', 'ready', 'working')) AS unfinished, count(*) AS rows FROM frames",
      )
      .get() as { unfinished: number; rows: number };
  } catch {
    // Not made yet, or on a full disk just now.
    return { unfinished: Number.NaN, rows: 0 };
  } finally {
    db?.close();
  }
}
