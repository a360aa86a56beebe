import { RefocusdError } from "../errors/refocusd-error.js";
import type { AppendLink } from "./chain/append.js";
import type { Store } from "./database.js";
import type { NoteEvent } from "./events.js";
import type { Failure, FrameJob } from "./types.js";

/** Frames that were handed back by `hold` with one of these codes, in these watched folders. */
export interface HeldFrames {
  readonly codes: readonly string[];
  readonly roots: readonly string[];
}

/** The ledger as a queue. */
export interface QueueRepository {
  /** After a restart: what was being worked on becomes ready again. @returns how many frames. */
  recover(): number;
  /**
   * Hands out frames and marks them as being worked on. Live frames go before backlog, else first settled, first served;
   * but no frame goes before the earlier time points of its series that are ready too.
   * @param now frames whose retry is due later stay.
   * @param limit how many at most.
   * @param held stay as well.
   */
  takeReady(now: number, limit: number, held?: HeldFrames): FrameJob[];
  /** Hands back frames that were taken but not begun (the daemon is stopping). */
  release(ids: readonly number[], at: number): void;
  /**
   * Hands back a frame that cannot be finished now, for a reason that lies outside it. It is no failed attempt.
   * @throws RF_INTERNAL for a frame that is not being worked on
   */
  hold(id: number, reason: Failure, at: number): void;
  /** When the earliest waiting frame may be taken (in the past: now); `undefined` when none waits. `held` do not count. */
  nextDue(held?: HeldFrames): number | undefined;
}

interface Head {
  readonly id: number;
  readonly root: string;
  readonly seriesKey: string | null;
  readonly isLive: number;
}

// A new content waits while the old one is still being worked on: both write the same output.
const READY = `f.state = 'ready' AND f.not_before_ms <= @now AND NOT EXISTS
  (SELECT 1 FROM frames w WHERE w.state = 'working' AND w.path = f.path AND w.page = f.page)`;

const NOT_HELD = `NOT (coalesce(f.error_code, '') IN (SELECT value FROM json_each(@heldCodes))
  AND f.root IN (SELECT value FROM json_each(@heldRoots)))`;
const headSql = (ready: string) => `SELECT f.id, f.root, f.series_key AS seriesKey, f.is_live AS isLive FROM frames f
  WHERE ${ready} ORDER BY f.is_live DESC, f.settled_ms, f.id LIMIT 1`;
const seriesHeadSql = (ready: string) => `SELECT f.id FROM frames f
  WHERE ${ready} AND f.root = @root AND f.series_key = @seriesKey AND f.is_live = @isLive
  ORDER BY f.time_index, f.page, f.id LIMIT 1`;

/** Exported for a test that looks at SQLite's plan for them. */
export const HEAD_SQL = headSql(READY);
export const SERIES_HEAD_SQL = seriesHeadSql(READY);
export const HEAD_BUT_HELD_SQL = headSql(`${READY} AND ${NOT_HELD}`);
export const SERIES_HEAD_BUT_HELD_SQL = seriesHeadSql(`${READY} AND ${NOT_HELD}`);

/** Asks for the next frame that may be begun, as takeReady does; for those who only want to know whether there is one. */
export function nextFrameQuery(now: number, held?: HeldFrames): { readonly sql: string; readonly values: object } {
  return held === undefined
    ? { sql: HEAD_SQL, values: { now } }
    : { sql: HEAD_BUT_HELD_SQL, values: { now, ...heldValues(held) } };
}

export function createQueue(store: Store, note: NoteEvent, link: AppendLink): QueueRepository {
  const { db } = store;
  const head = db.prepare(HEAD_SQL);
  const seriesHead = db.prepare(SERIES_HEAD_SQL).pluck();
  const headButHeld = db.prepare(HEAD_BUT_HELD_SQL);
  const seriesHeadButHeld = db.prepare(SERIES_HEAD_BUT_HELD_SQL).pluck();
  const take = db.prepare("UPDATE frames SET state = 'working', started_ms = ? WHERE id = ?");
  const nextNumber = db.prepare("SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE frame_id = ?").pluck();
  const begin = db.prepare("INSERT INTO attempts (frame_id, number, run_id, started_ms) VALUES (?, ?, ?, ?)");
  const job = db.prepare(
    `SELECT id, path, root, page, revision, sha256, size_bytes AS size, mtime_ms AS mtimeMs,
       failed_attempts + 1 AS attempt, series_key AS seriesKey, position, time_index AS time, z_index AS z, channel,
       type, pages, stat_mtime_ms AS statMtimeMs, stat_ctime_ms AS statCtimeMs
     FROM frames WHERE id = ?`,
  );
  const working = db.prepare("SELECT id, is_current AS isCurrent FROM frames WHERE state = 'working'");
  const workingOne = db.prepare("SELECT id, is_current AS isCurrent FROM frames WHERE state = 'working' AND id = ?");
  const ready = db.prepare("UPDATE frames SET state = 'ready' WHERE id = ?");
  const superseded = db.prepare("UPDATE frames SET state = 'superseded', finished_ms = ? WHERE id = ?");
  const endAttempt = db.prepare(
    "UPDATE attempts SET finished_ms = ?, outcome = ? WHERE frame_id = ? AND finished_ms IS NULL",
  );
  const due = db.prepare("SELECT min(not_before_ms) FROM frames WHERE state = 'ready'").pluck();
  const dueButHeld = db
    .prepare(`SELECT min(f.not_before_ms) FROM frames f WHERE f.state = 'ready' AND ${NOT_HELD}`)
    .pluck();
  const explain = db.prepare("UPDATE frames SET error_code = ?, error_detail = ? WHERE id = ?");

  function putBack(row: { id: number; isCurrent: number }, outcome: "interrupted" | "released", at: number): void {
    endAttempt.run(at, outcome, row.id);
    note(outcome, row.id, null, at);
    if (row.isCurrent === 1) {
      ready.run(row.id);
    } else {
      superseded.run(at, row.id);
      note("superseded", row.id, null, at);
      link(row.id, at);
    }
  }

  return {
    recover() {
      return store.atomic(() => {
        const rows = working.all() as { id: number; isCurrent: number }[];
        for (const row of rows) putBack(row, "interrupted", store.clock.now());
        return rows.length;
      });
    },

    takeReady(now, limit, held) {
      const [heads, seriesHeads] = held === undefined ? [head, seriesHead] : [headButHeld, seriesHeadButHeld];
      const asked = { now, ...(held !== undefined && heldValues(held)) };
      return store.atomic(() => {
        const jobs: FrameJob[] = [];
        while (jobs.length < limit) {
          const first = heads.get(asked) as Head | undefined;
          if (first === undefined) break;
          // Asked in the same words, so it finds at least `first` itself.
          const id = first.seriesKey === null ? first.id : (seriesHeads.get({ ...asked, ...first }) as number);
          take.run(Math.round(now), id);
          begin.run(id, nextNumber.get(id), store.run?.id ?? null, Math.round(now));
          const taken = job.get(id) as FrameJob;
          note("started", id, { attempt: taken.attempt }, now);
          jobs.push(taken);
        }
        return jobs;
      });
    },

    release(ids, at) {
      store.atomic(() => {
        for (const id of ids) {
          const row = workingOne.get(id) as { id: number; isCurrent: number } | undefined;
          if (row !== undefined) putBack(row, "released", Math.round(at));
        }
      });
    },

    hold(id, { code, detail }, when) {
      const at = Math.round(when);
      store.atomic(() => {
        const row = workingOne.get(id) as { id: number; isCurrent: number } | undefined;
        if (row === undefined) throw new RefocusdError("RF_INTERNAL", `frame ${id} is not being worked on`);
        explain.run(code, detail, id);
        note("held", id, { code, detail }, at);
        putBack(row, "released", at);
      });
    },

    nextDue(held) {
      const first = held === undefined ? due.get() : dueButHeld.get(heldValues(held));
      return (first as number | null) ?? undefined;
    },
  };
}

function heldValues({ codes, roots }: HeldFrames) {
  return { heldCodes: JSON.stringify(codes), heldRoots: JSON.stringify(roots) };
}
