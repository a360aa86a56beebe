import type { LedgerReader } from "../../ledger/ledger.js";
import type { Expected } from "./findings.js";

/** Rows read at a stretch: bounded memory, and no statement left open that would keep the daemon's WAL from shrinking. */
const CHUNK = 500;

// A file that went before it was judged is told as such in its state; what was overwritten cannot be hashed any more.
const SOURCES = `FROM frames WHERE is_current = 1 AND page = 0 AND sha256 IS NOT NULL AND state <> 'gone'`;
// The newest row decides, should two ever name the same file.
const OUTPUTS = `FROM (
    SELECT path, sha256, size_bytes FROM reconstructions r WHERE NOT EXISTS
      (SELECT 1 FROM reconstructions newer WHERE newer.path = r.path AND newer.id > r.id)
    UNION ALL SELECT path, sha256, size_bytes FROM companions c WHERE NOT EXISTS
      (SELECT 1 FROM companions newer WHERE newer.path = c.path AND newer.id > c.id)
  ) r WHERE true`;

const NAMED = `SELECT 1 FROM reconstructions WHERE path = ? UNION ALL SELECT 1 FROM companions WHERE path = ? LIMIT 1`;

type Reader = Pick<LedgerReader, "select">;

export interface ExpectedSource extends Expected {
  readonly root: string;
}

/** Every source that the ledger knows the content of, by path. */
export function expectedSources(ledger: Reader): Generator<ExpectedSource> {
  return chunks<ExpectedSource>(
    ledger,
    `SELECT 'source' AS what, path, root, sha256, size_bytes AS size ${SOURCES} AND path > ? ORDER BY path LIMIT ${CHUNK}`,
  );
}

/** Every reconstruction, map and extract, by path. */
export function expectedOutputs(ledger: Reader): Generator<Expected> {
  return chunks<Expected>(
    ledger,
    `SELECT 'output' AS what, r.path, r.sha256, r.size_bytes AS size ${OUTPUTS} AND r.path > ? ORDER BY r.path LIMIT ${CHUNK}`,
  );
}

/** The same for one path, as the ledger has it at this moment. */
export function expectedNow(ledger: Reader, { what, path }: Expected): Expected | undefined {
  const sql =
    what === "source"
      ? `SELECT 'source' AS what, path, sha256, size_bytes AS size ${SOURCES} AND path = ?`
      : `SELECT 'output' AS what, r.path, r.sha256, r.size_bytes AS size ${OUTPUTS} AND r.path = ?`;
  return ledger.select<Expected>(sql, path)[0];
}

/** Files and bytes that a whole verification reads. */
export function extent(ledger: Reader): { files: number; bytes: number } {
  const [total] = ledger.select<{ files: number; bytes: number }>(
    `SELECT count(*) AS files, total(size) AS bytes FROM
       (SELECT size_bytes AS size ${SOURCES} UNION ALL SELECT r.size_bytes AS size ${OUTPUTS})`,
  );
  return total ?? { files: 0, bytes: 0 };
}

export function isNamed(ledger: Reader, path: string): boolean {
  return ledger.select(NAMED, path, path).length > 0;
}

function* chunks<Row extends Expected>(ledger: Reader, sql: string): Generator<Row> {
  let last = "";
  for (;;) {
    const rows = ledger.select<Row>(sql, last);
    yield* rows;
    const final = rows.at(-1);
    if (final === undefined || rows.length < CHUNK) return;
    last = final.path;
  }
}
