import type { Store } from "./database.js";
import type { KnownPath } from "./types.js";

export interface KnownRepository {
  /** The stat under which a path was last dealt with; `undefined` while it has yet to settle, or when it is gone. */
  known(path: string): KnownPath | undefined;
  /** The same for all files of a watched folder, to fill the watcher's map at the start. */
  allKnown(root: string): Iterable<KnownPath>;
}

/** Rows per read: a statement left open while others run would keep its snapshot, and the WAL from shrinking. */
const CHUNK = 5000;

const SELECT = `SELECT path, stat_size_bytes AS size, stat_mtime_ms AS mtimeMs, stat_ctime_ms AS ctimeMs FROM frames
  WHERE is_current = 1 AND page = 0 AND stat_size_bytes IS NOT NULL AND state <> 'gone'`;

export function createKnown({ db }: Store): KnownRepository {
  const one = db.prepare(`${SELECT} AND path = ?`);
  const many = db.prepare(`${SELECT} AND root = ? AND path > ? ORDER BY path LIMIT ${CHUNK}`);
  return {
    known: (path) => one.get(path) as KnownPath | undefined,
    *allKnown(root) {
      let last = "";
      for (;;) {
        const rows = many.all(root, last) as KnownPath[];
        yield* rows;
        const final = rows.at(-1);
        if (final === undefined || rows.length < CHUNK) return;
        last = final.path;
      }
    },
  };
}
