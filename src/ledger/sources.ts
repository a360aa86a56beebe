import type { AppendLink } from "./chain/append.js";
import type { Store } from "./database.js";
import type { NoteEvent } from "./events.js";
import { type NewestRevision, planRejected, planSeen, planSettled } from "./revision.js";
import type { FrameState, NameFacts, PathStat, SettledSource } from "./types.js";

/** What watch/ tells the ledger about files. */
export interface SourcesRepository {
  /** First sight of a file. For a file that is known already, nothing is written. */
  seen(root: string, path: string, at: number): void;
  /**
   * A complete file: its pages become ready; a new content supersedes what still waits of the old one.
   * @param name what the file's name tells of its place
   * @param pageNames the same for each page, where the file itself tells more
   */
  settled(
    root: string,
    source: SettledSource,
    name: NameFacts | undefined,
    pageNames?: readonly (NameFacts | undefined)[],
  ): void;
  /** A file that is not a frame, with a code of the catalogue. */
  rejected(root: string, path: string, stat: PathStat, code: string, detail: string, at: number): void;
  /** A file that vanished before it was judged. */
  gone(path: string, at: number): void;
}

interface CurrentRow {
  readonly id: number;
  readonly revision: number;
  readonly page: number;
  readonly state: FrameState;
  readonly sha256: string | null;
  readonly size: number | null;
  readonly mtimeMs: number | null;
  readonly ctimeMs: number | null;
  readonly errorCode: string | null;
}

export function createSources(store: Store, note: NoteEvent, link: AppendLink): SourcesRepository {
  const { db } = store;
  const current = db.prepare(
    `SELECT id, revision, page, state, sha256, stat_size_bytes AS size, stat_mtime_ms AS mtimeMs,
       stat_ctime_ms AS ctimeMs, error_code AS errorCode
     FROM frames WHERE path = ? AND is_current = 1 ORDER BY page`,
  );
  const insertSeen = db.prepare(
    "INSERT INTO frames (root, path, revision, page, state, seen_ms) VALUES (?, ?, ?, 0, 'seen', ?)",
  );
  const insertReady = db.prepare(
    `INSERT INTO frames (root, path, revision, page, state, pages, type, sha256, size_bytes, mtime_ms,
       stat_size_bytes, stat_mtime_ms, stat_ctime_ms, series_key, well, position, time_index, z_index, channel, seq, name_unread,
       is_live, seen_ms, last_change_ms, settled_ms)
     VALUES (@root, @path, @revision, @page, 'ready', @pages, @type, @sha256, @size, @mtimeMs,
       @size, @mtimeMs, @ctimeMs, @seriesKey, @well, @position, @time, @z, @channel, @seq, @nameUnread,
       @isLive, @seenMs, @lastChangeMs, @settledMs)`,
  );
  const makeReady = db.prepare(
    `UPDATE frames SET state = 'ready', pages = @pages, type = @type, sha256 = @sha256, size_bytes = @size,
       mtime_ms = @mtimeMs, stat_size_bytes = @size, stat_mtime_ms = @mtimeMs, stat_ctime_ms = @ctimeMs,
       series_key = @seriesKey, well = @well, position = @position, time_index = @time, z_index = @z,
       channel = @channel, seq = @seq, name_unread = @nameUnread, is_live = @isLive,
       last_change_ms = @lastChangeMs, settled_ms = @settledMs
     WHERE id = @id`,
  );
  const insertRejected = db.prepare(
    `INSERT INTO frames (root, path, revision, page, state, size_bytes, mtime_ms,
       stat_size_bytes, stat_mtime_ms, stat_ctime_ms, error_code, error_detail, seen_ms, finished_ms)
     VALUES (@root, @path, @revision, 0, 'quarantined', @size, @mtimeMs,
       @size, @mtimeMs, @ctimeMs, @code, @detail, @at, @at)`,
  );
  // Also for a row that is quarantined already: still not a frame, but with another size or for another reason.
  const makeRejected = db.prepare(
    `UPDATE frames SET state = 'quarantined', size_bytes = @size, mtime_ms = @mtimeMs, stat_size_bytes = @size,
       stat_mtime_ms = @mtimeMs, stat_ctime_ms = @ctimeMs, error_code = @code, error_detail = @detail, finished_ms = @at
     WHERE id = @id`,
  );
  const restat = db.prepare(
    `UPDATE frames SET stat_size_bytes = @size, stat_mtime_ms = @mtimeMs, stat_ctime_ms = @ctimeMs
     WHERE path = @path AND is_current = 1`,
  );
  // The same content, whose reading failed when its turn came.
  const makeReadyAgain = db.prepare(
    `UPDATE frames SET state = 'ready', failed_attempts = 0, not_before_ms = 0, error_code = NULL, error_detail = NULL,
       finished_ms = NULL WHERE id = ?`,
  );
  const supersede = db.prepare("UPDATE frames SET state = 'superseded', is_current = 0, finished_ms = ? WHERE id = ?");
  const retire = db.prepare("UPDATE frames SET is_current = 0 WHERE path = ? AND is_current = 1");
  const makeGone = db.prepare("UPDATE frames SET state = 'gone', finished_ms = ? WHERE id = ?");

  const currentRows = (path: string) => current.all(path) as CurrentRow[];

  /** Makes room for a new revision: what waits is superseded, what is being worked on or finished becomes history. */
  function retireOld(path: string, rows: readonly CurrentRow[], at: number): void {
    for (const row of rows) {
      if (row.state !== "ready") continue;
      supersede.run(at, row.id);
      note("superseded", row.id, { by: row.revision + 1 }, at);
      link(row.id, at);
    }
    retire.run(path);
  }

  return {
    seen(root, path, at) {
      store.atomic(() => {
        const rows = currentRows(path);
        const plan = planSeen(newestOf(rows));
        if (plan.kind !== "insert") return;
        retireOld(path, rows, at);
        const { lastInsertRowid } = insertSeen.run(root, path, plan.revision, Math.round(at));
        note("seen", Number(lastInsertRowid), null, at);
      });
    },

    settled(root, source, name, pageNames) {
      const { path, sha256, pages, size } = source;
      const at = Math.round(source.settledAtMs);
      store.atomic(() => {
        const rows = currentRows(path);
        const plan = planSettled(newestOf(rows), sha256);
        if (plan.kind === "restat") {
          restat.run(statOf(source, path));
          note("restat", rows[0]!.id, statOf(source), at);
          for (const { id } of rows.filter(couldNotBeRead)) {
            makeReadyAgain.run(id);
            note("requeued", id, { from: "quarantined", to: "ready", why: "it can be read again" }, at);
          }
          return;
        }
        if (plan.kind === "none" || plan.kind === "amend") return;
        const seenRow = plan.kind === "advance" ? rows[0]! : undefined;
        if (plan.kind === "insert") retireOld(path, rows, at);
        const values = {
          ...{ root, path, revision: plan.revision, seenMs: at, settledMs: at },
          ...{ pages, type: source.type, sha256, size, mtimeMs: source.mtimeMs, ctimeMs: source.ctimeMs },
          isLive: isLive(source, store.run?.startedMs) ? 1 : 0,
          lastChangeMs: Math.round(source.lastChangeMs),
          nameUnread: source.isNameUnread ? 1 : 0,
        };
        const extras = {
          ...(source.note !== undefined && { note: source.note }),
          ...(source.isNameUnread && { name: "not read" }),
        };
        for (let page = 0; page < pages; page++) {
          let id = seenRow?.id;
          const row = { ...values, ...nameColumns(pageNames?.[page] ?? name) };
          if (page === 0 && id !== undefined) makeReady.run({ ...row, id });
          else id = Number(insertReady.run({ ...row, page }).lastInsertRowid);
          note("settled", id, { sha256, size, ...extras }, at);
        }
      });
    },

    rejected(root, path, stat, code, detail, at) {
      store.atomic(() => {
        const rows = currentRows(path);
        const plan = planRejected(newestOf(rows), stat, code);
        if (plan.kind === "none") return;
        const values = { ...statOf(stat), code, detail, at: Math.round(at) };
        let id = rows[0]?.id;
        if (plan.kind === "restat") {
          restat.run(statOf(stat, path));
        } else if (plan.kind === "insert") {
          retireOld(path, rows, at);
          id = Number(insertRejected.run({ ...values, root, path, revision: plan.revision }).lastInsertRowid);
        } else {
          makeRejected.run({ ...values, id });
        }
        note("rejected", id!, { code, detail, size: stat.size }, at);
        if (plan.kind !== "restat") link(id!, at);
      });
    },

    gone(path, at) {
      store.atomic(() => {
        for (const row of currentRows(path)) {
          if (row.state !== "seen" && row.state !== "ready") continue;
          makeGone.run(Math.round(at), row.id);
          note("gone", row.id, null, at);
          link(row.id, at);
        }
      });
    },
  };
}

/** A frame is live when its file was still changing after the daemon had started; all others are backlog. */
export function isLive(source: { ctimeMs: number; lastChangeMs: number }, runStartedMs: number | undefined): boolean {
  // ctime too: a copy that keeps the mtime of the original is new all the same.
  return runStartedMs !== undefined && Math.max(source.ctimeMs, source.lastChangeMs) >= runStartedMs;
}

/** Settling has just read all of the file, so what kept a worker from it has passed. */
function couldNotBeRead({ state, errorCode }: CurrentRow): boolean {
  return state === "quarantined" && errorCode === "RF_UNREADABLE";
}

function newestOf(rows: readonly CurrentRow[]): NewestRevision | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const { revision, sha256, size, mtimeMs, ctimeMs, errorCode } = first;
  const stat = size === null || mtimeMs === null || ctimeMs === null ? null : { size, mtimeMs, ctimeMs };
  return { revision, sha256, stat, errorCode, states: rows.map((row) => row.state) };
}

function statOf({ size, mtimeMs, ctimeMs }: PathStat, path?: string): PathStat & { path?: string } {
  return path === undefined ? { size, mtimeMs, ctimeMs } : { path, size, mtimeMs, ctimeMs };
}

function nameColumns(name: NameFacts | undefined) {
  return {
    seriesKey: name?.seriesKey ?? null,
    well: name?.well ?? null,
    position: name?.position ?? null,
    time: name?.time ?? null,
    z: name?.z ?? null,
    channel: name?.channel ?? null,
    seq: name?.seq ?? null,
  };
}
