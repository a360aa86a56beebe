import type { LedgerReader } from "../ledger/ledger.js";

/** How a series went on in time and in focus, by what its files tell. */
export interface SeriesCourse {
  /** The watched folder. */
  readonly root: string;
  readonly series: string;
  /** Frames of which a time or a stage position is known. */
  readonly frames: number;
  /** True times between frames, in seconds. */
  readonly meanIntervalS: number | null;
  readonly shortestIntervalS: number | null;
  readonly longestIntervalS: number | null;
  /** Stage z in micrometres. */
  readonly firstZUm: number | null;
  readonly lastZUm: number | null;
  readonly lowestZUm: number | null;
  readonly highestZUm: number | null;
}

const COURSE = `SELECT root, series, frames, mean_interval_s AS meanIntervalS, shortest_interval_s AS shortestIntervalS,
  longest_interval_s AS longestIntervalS, first_z_um AS firstZUm, last_z_um AS lastZUm, lowest_z_um AS lowestZUm,
  highest_z_um AS highestZUm FROM v_series_course`;

// As v_series_course, of one series: SQLite does not carry a condition into that view, and would go through all frames.
const COURSE_OF_ONE = `SELECT root, series, count(*) AS frames, round(avg(interval_s), 3) AS meanIntervalS,
  min(interval_s) AS shortestIntervalS, max(interval_s) AS longestIntervalS,
  max(CASE WHEN is_first THEN stage_z_um END) AS firstZUm, max(CASE WHEN is_last THEN stage_z_um END) AS lastZUm,
  min(stage_z_um) AS lowestZUm, max(stage_z_um) AS highestZUm
  FROM v_series_steps WHERE root = ? AND series = ? GROUP BY root, series`;

type Reader = Pick<LedgerReader, "select">;

/** @returns undefined for a series of which no time and no stage position is known */
export function seriesCourse(ledger: Reader, root: string, series: string): SeriesCourse | undefined {
  return ledger.select<SeriesCourse>(COURSE_OF_ONE, root, series)[0];
}

/** The series whose focus drive went furthest. */
export function mostDrifted(ledger: Reader, limit: number): SeriesCourse[] {
  return ledger.select<SeriesCourse>(
    `${COURSE} WHERE frames > 1 AND highestZUm > lowestZUm ORDER BY highestZUm - lowestZUm DESC LIMIT ?`,
    limit,
  );
}

/** Where a frame stands in the course of its series. */
export interface FrameCourse {
  /** The nearest earlier time point that has been read; null for the first. */
  readonly before: { readonly time: number; readonly acquiredMs: number | null; readonly zUm: number | null } | null;
  readonly series: SeriesCourse | null;
}

/** @returns undefined for a frame that is in no series, or without a time point */
export function frameCourse(
  ledger: Reader,
  frame: { readonly root: string; readonly seriesKey: string | null; readonly time: number | null },
): FrameCourse | undefined {
  const { root, seriesKey, time } = frame;
  if (seriesKey === null || time === null) return undefined;
  const [before] = ledger.select<NonNullable<FrameCourse["before"]>>(
    `SELECT time_index AS time, acquired_ms AS acquiredMs, stage_z_um AS zUm FROM frames
     WHERE root = ? AND series_key = ? AND time_index < ? AND is_current = 1 AND width IS NOT NULL
     ORDER BY time_index DESC LIMIT 1`,
    root,
    seriesKey,
    time,
  );
  return { before: before ?? null, series: seriesCourse(ledger, root, seriesKey) ?? null };
}
