import type { Store } from "./database.js";

/**
 * Lets the story of old frames leave the ledger: their events, their attempts, and the details in JSON (focus map, facts, scores,
 * timings), together 1.1 of the 2.0 kB that a frame takes up. The frame's row itself stays, and its reconstruction's and reviews.
 *
 * It stays because everything that must not forget a file asks that row: the watcher (path, size, mtime, ctime: not processed
 * again), a touched or overwritten file (sha, revision: the next output gets its own name), `verify` (no output becomes an orphan),
 * the series (a time-lapse longer than the retention has no holes). A second, slimmer table for the same facts would have to be asked
 * in all those places too; dropping only the rows of files that are gone would free nothing where sources are kept.
 */
export interface ArchiveRepository {
  /** Ended frames whose last event lies in this stretch of time (ms since 1970, end exclusive) and whose story is still here. */
  leaving(startMs: number, endMs: number): number[];
  /** The story of these frames leaves; `day` is the daily file that is known to hold it. */
  archive(ids: readonly number[], day: string): void;
}

// A current frame in quarantine is an open matter, and keeps its story until somebody has dealt with it.
const LEAVING = `SELECT DISTINCT f.id FROM events e JOIN frames f ON f.id = e.frame_id
  WHERE e.at_ms >= @startMs AND e.at_ms < @endMs AND f.archived_day IS NULL
    AND (f.state IN ('done', 'gone', 'superseded') OR (f.state = 'quarantined' AND f.is_current = 0))
    AND NOT EXISTS (SELECT 1 FROM events later WHERE later.frame_id = f.id AND later.at_ms >= @endMs)
  ORDER BY f.id`;

export function createArchive(store: Store): ArchiveRepository {
  const { db } = store;
  const leaving = db.prepare(LEAVING).pluck();
  // First the mark, then the rest: the triggers let nothing leave that is not marked.
  const mark = db.prepare("UPDATE frames SET archived_day = ? WHERE id = ?");
  const strip = db.prepare(
    `UPDATE frames SET facts_json = NULL, focus_map_json = NULL, scores_json = NULL, timings_json = NULL, tiles_json = NULL,
       normalisation_json = NULL, settings_json = NULL WHERE id = ?`,
  );
  const deleteEvents = db.prepare("DELETE FROM events WHERE frame_id = ?");
  const deleteAttempts = db.prepare("DELETE FROM attempts WHERE frame_id = ?");
  return {
    leaving: (startMs, endMs) => leaving.all({ startMs, endMs }) as number[],
    archive(ids, day) {
      store.atomic(() => {
        for (const id of ids) {
          mark.run(day, id);
          for (const statement of [strip, deleteEvents, deleteAttempts]) statement.run(id);
        }
      });
    },
  };
}
