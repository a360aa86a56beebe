import type { FrameState, Verdict } from "../../ledger/types.js";
import { type Percentiles, percentiles } from "../percentiles.js";
import { type DayFile, ofDay } from "./day-file.js";

/** Frames by what became of them. */
export interface Totals {
  readonly frames: number;
  readonly focused: number;
  readonly defocused: number;
  readonly uncertain: number;
  readonly blank: number;
  /** Set aside, or removed before they were judged. */
  readonly problems: number;
  readonly open: number;
  readonly reconstructed: number;
  /** Of the defocused ones. */
  readonly repaired: number;
}

/** One hour of the day, by the arrival of frames. */
export interface Hour extends Totals {
  /** Since local midnight, from 0; days on which the clocks change have 23 or 25. */
  readonly hour: number;
}

const ARRIVED = "coalesce(f.settled_ms, f.seen_ms)";

/** The columns of Totals, over frames `f` left-joined with their reconstructions `r`. */
export const TOTALS = `count(*) AS frames, total(f.verdict IS 'focused') AS focused, total(f.verdict IS 'defocused') AS defocused,
  total(f.verdict IS 'uncertain') AS uncertain, total(f.verdict IS 'blank') AS blank,
  total(f.state IN ('quarantined', 'gone')) AS problems, total(f.state IN ('seen', 'ready', 'working')) AS open,
  count(r.id) AS reconstructed, total(f.verdict IS 'defocused' AND r.id IS NOT NULL) AS repaired`;
const FROM = "FROM frames f LEFT JOIN reconstructions r ON r.frame_id = f.id";

export interface DaySummary {
  readonly totals: Totals;
  readonly hours: readonly Hour[];
  /** When the first and the last frame arrived, ms since 1970; null without any. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** From complete to judged (and reconstructed), ms; null without a verdict. */
  readonly latencyMs: Percentiles | null;
}

export function daySummary(file: DayFile): DaySummary {
  const day = ofDay(file);
  const [totals] = file.select<Totals & { firstMs: number | null; lastMs: number | null }>(
    `SELECT ${TOTALS}, min(${ARRIVED}) AS firstMs, max(${ARRIVED}) AS lastMs ${FROM} WHERE ${day}`,
  );
  const hours = file.select<Hour>(
    `SELECT max(0, (${ARRIVED} - ${file.startMs}) / 3600000) AS hour, ${TOTALS} ${FROM} WHERE ${day} GROUP BY 1 ORDER BY 1`,
  );
  const latencies = file.select<{ ms: number }>(
    `SELECT f.finished_ms - f.settled_ms AS ms FROM frames f WHERE ${day} AND f.state = 'done'`,
  );
  const { firstMs, lastMs, ...rest } = totals!;
  return { totals: rest, hours, firstMs, lastMs, latencyMs: percentiles(latencies.map(({ ms }) => ms)) };
}

/** One frame as a dot in the plot of its position. */
export interface FocusPoint {
  readonly time: number | null;
  readonly atMs: number;
  /** P(defocused); null where no network saw the frame. */
  readonly p: number | null;
  readonly verdict: Verdict | null;
  readonly state: FrameState;
}

export interface SeriesOfDay extends Totals {
  readonly root: string;
  /** Null: frames whose names tell no place. */
  readonly series: string | null;
  readonly focusedBelow: number | null;
  readonly defocusedAbove: number | null;
}

export function seriesOfDay(file: DayFile): SeriesOfDay[] {
  return file.select<SeriesOfDay>(
    `SELECT f.root, f.series_key AS series, max(f.focused_below) AS focusedBelow, min(f.defocused_above) AS defocusedAbove,
       ${TOTALS} ${FROM} WHERE ${ofDay(file)} GROUP BY f.root, f.series_key`,
  );
}

export function focusPoints(file: DayFile, { root, series }: Pick<SeriesOfDay, "root" | "series">): FocusPoint[] {
  return file.select<FocusPoint>(
    `SELECT f.time_index AS time, ${ARRIVED} AS atMs, f.p_defocused AS p, f.verdict, f.state FROM frames f
     WHERE ${ofDay(file)} AND f.root = ? AND f.series_key IS ? ORDER BY 2`,
    root,
    series,
  );
}
