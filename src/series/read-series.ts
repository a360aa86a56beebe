import type { LedgerReader } from "../ledger/ledger.js";
import type { Arrival } from "./overdue.js";
import type { SeriesFrame, SeriesId } from "./series.js";

type Reader = Pick<LedgerReader, "select">;

// Along the index frames_series. A frame's earlier contents are history, and no part of the series.
const FRAMES = `SELECT f.path, f.page, f.pages, f.type, f.sha256, f.stat_size_bytes AS size, f.stat_mtime_ms AS mtimeMs, f.state,
    f.verdict, f.p_defocused AS pDefocused, f.error_code AS errorCode, f.time_index AS time, f.seq, f.acquired_ms AS acquiredMs,
    f.width, f.height, f.channels, f.bit_depth AS bitDepth,
    r.path AS madePath, r.sha256 AS madeSha256, r.size_bytes AS madeSize, r.trust, m.name || ' ' || m.version AS model,
    x.path AS extractPath, x.sha256 AS extractSha256, x.size_bytes AS extractSize
  FROM frames f
  LEFT JOIN reconstructions r ON r.frame_id = f.id
  LEFT JOIN models m ON m.id = r.model_id
  LEFT JOIN companions x ON x.frame_id = f.id AND x.kind = 'extract'
  WHERE f.root = ? AND f.series_key = ? AND f.is_current = 1`;

type Row = Omit<SeriesFrame, "reconstruction" | "extract"> & {
  readonly extractPath: string | null;
  readonly extractSha256: string | null;
  readonly extractSize: number | null;
  readonly madePath: string | null;
  readonly madeSha256: string | null;
  readonly madeSize: number | null;
  readonly trust: number | null;
  readonly model: string | null;
};

/** The frames of a series, in no order. */
export function readSeries(ledger: Reader, { root, seriesKey }: SeriesId): SeriesFrame[] {
  return ledger
    .select<Row>(FRAMES, root, seriesKey)
    .map(({ madePath, madeSha256, madeSize, trust, model, extractPath, extractSha256, extractSize, ...frame }) => ({
      ...frame,
      extract:
        extractPath === null || extractSha256 === null || extractSize === null
          ? null
          : { path: extractPath, sha256: extractSha256, size: extractSize },
      reconstruction:
        madePath === null || madeSha256 === null || madeSize === null
          ? null
          : { path: madePath, sha256: madeSha256, size: madeSize, trust, model },
    }));
}

/** Every series of these watched folders, sorted. */
export function allSeries(ledger: Reader, roots: readonly string[]): SeriesId[] {
  return ledger.select<SeriesId>(
    `SELECT DISTINCT root, series_key AS seriesKey FROM frames
     WHERE series_key IS NOT NULL AND root IN (SELECT value FROM json_each(?)) ORDER BY root, series_key`,
    JSON.stringify(roots),
  );
}

/** What may change the folder of a series. */
const CHANGES = ["settled", "restat", "finished", "quarantined", "superseded", "gone", "requeued", "held"];

/** The series of these watched folders about which the ledger wrote something down after event `from`, up to `to`. */
export function changedSeries(ledger: Reader, roots: readonly string[], from: number, to: number): SeriesId[] {
  return ledger.select<SeriesId>(
    `SELECT DISTINCT f.root, f.series_key AS seriesKey FROM events e JOIN frames f ON f.id = e.frame_id
     WHERE e.id > ? AND e.id <= ? AND e.kind IN (SELECT value FROM json_each(?))
       AND f.series_key IS NOT NULL AND f.root IN (SELECT value FROM json_each(?)) ORDER BY f.root, f.series_key`,
    from,
    to,
    JSON.stringify(CHANGES),
    JSON.stringify(roots),
  );
}

export function newestEvent(ledger: Reader): number {
  return ledger.select<{ id: number }>("SELECT coalesce(max(id), 0) AS id FROM events")[0]?.id ?? 0;
}

/** The first event at this moment or later; one more than the newest where there is none. */
export function oldestEventSince(ledger: Reader, ms: number): number {
  const [row] = ledger.select<{ id: number | null }>("SELECT min(id) AS id FROM events WHERE at_ms >= ?", ms);
  return row?.id ?? newestEvent(ledger) + 1;
}

/** As many as a median needs, and no more: this is asked for each frame that comes. */
const NEWEST = 12;

// Earlier contents count: a time point came when its first file did.
const ARRIVALS = `SELECT time_index AS time, min(seen_ms) AS seenMs, min(acquired_ms) AS acquiredMs FROM frames
  WHERE root = ? AND series_key = ? AND time_index IS NOT NULL GROUP BY time_index ORDER BY time_index DESC LIMIT ${NEWEST}`;

/** The newest time points of a series, the newest first. */
export function newestArrivals(ledger: Reader, { root, seriesKey }: SeriesId): Arrival[] {
  return ledger.select<Arrival>(ARRIVALS, root, seriesKey);
}
