import type { LedgerReader } from "../../ledger/ledger.js";
import { type DayFile, ofDay } from "../../report/page/day-file.js";
import type { SeriesGaps } from "../../report/page/sections.js";
import { comparePlaces, placeOf } from "../../report/place.js";
import { planSeries } from "../../series/plan.js";
import { readSeries } from "../../series/read-series.js";
import type { ProblemKind, SeriesProblem, SeriesRules } from "../../series/series.js";

/** What concerns the time course; what concerns single frames is told among the day's problems. */
const OF_TIME: readonly ProblemKind[] = ["gap", "late", "early", "out-of-order", "duplicate", "interval"];
/** Of each kind, so many are told one by one. */
const MOST = 3;

interface Stretch {
  readonly root: string;
  readonly seriesKey: string;
  readonly first: number;
  readonly last: number;
}

/**
 * What is missing, late or out of order in the day's part of each series. The ledger is asked, not the day's file: a time point that was judged
 * on another day is not missing.
 */
export function dayGaps(file: DayFile, ledger: Pick<LedgerReader, "select">, rules: SeriesRules): SeriesGaps[] {
  const stretches = file.select<Stretch>(
    `SELECT f.root, f.series_key AS seriesKey, min(f.time_index) AS first, max(f.time_index) AS last FROM frames f
     WHERE ${ofDay(file)} AND f.series_key IS NOT NULL AND f.time_index IS NOT NULL GROUP BY 1, 2`,
  );
  const found = stretches.flatMap((stretch): SeriesGaps[] => {
    const frames = readSeries(ledger, stretch);
    const { problems } = planSeries(frames, { ...rules, placeholder: false });
    // What is missing right before the day's first time point has become missing on this day.
    const before = Math.max(-1, ...frames.map(({ time }) => (time !== null && time < stretch.first ? time : -1)));
    const own = problems.filter(({ time }) => time === null || (time > before && time <= stretch.last));
    const missing = own.reduce((sum, { kind, points }) => sum + (kind === "gap" ? points : 0), 0);
    const lines = gapLines(own);
    return lines.length === 0 ? [] : [{ ...placeOf(stretch.seriesKey), missing, lines }];
  });
  return found.sort((a, b) => comparePlaces(a.place, b.place) || comparePlaces(a.plane, b.plane));
}

function gapLines(problems: readonly SeriesProblem[]): string[] {
  return OF_TIME.flatMap((kind) => {
    const own = problems.filter((problem) => problem.kind === kind);
    const more = own.length > MOST ? [`${kind}: and ${own.length - MOST} more`] : [];
    return [...own.slice(0, MOST).map(({ text }) => text), ...more];
  });
}
