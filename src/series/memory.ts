import type { Ledger } from "../ledger/ledger.js";
import { PROBLEM_KINDS, type ProblemKind, type SeriesId, type SeriesProblem } from "./series.js";

/** What is known of a series from the last time its folder was made, in the ledger's `meta`: it outlives restarts. */
export interface SeriesMemory extends SeriesId {
  readonly name: string;
  readonly timePoints: number;
  /** Time points by what is wrong with them. */
  readonly problems: Readonly<Partial<Record<ProblemKind, number>>>;
  /** Alarms that were raised already. */
  readonly told: readonly string[];
}

/** Problems that are an alarm: the microscope does not take its frames when it should. */
const ALARMS: ReadonlySet<ProblemKind> = new Set(["late", "early", "interval", "out-of-order"]);
/** A series that is off at every point is told so often, and no more. */
const MOST_TOLD = 200;
const KEY = "series.of:";

/** What to remember of a series now, and which alarms are new. The same problem is an alarm once, however often the folder is made. */
export function nextMemory(
  before: SeriesMemory | undefined,
  series: Pick<SeriesMemory, "root" | "seriesKey" | "name" | "timePoints">,
  problems: readonly SeriesProblem[],
): { readonly memory: SeriesMemory; readonly alarms: readonly SeriesProblem[] } {
  const told = before?.told ?? [];
  const known = new Set(told);
  const alarms = problems
    .filter((problem) => ALARMS.has(problem.kind) && !known.has(mark(problem)))
    .slice(0, Math.max(0, MOST_TOLD - told.length));
  const counts: Partial<Record<ProblemKind, number>> = {};
  for (const kind of PROBLEM_KINDS) {
    const points = problems.reduce((sum, problem) => sum + (problem.kind === kind ? problem.points : 0), 0);
    if (points > 0) counts[kind] = points;
  }
  const { root, seriesKey, name, timePoints } = series;
  return {
    memory: { root, seriesKey, name, timePoints, problems: counts, told: [...told, ...alarms.map(mark)] },
    alarms,
  };
}

function mark({ kind, time }: SeriesProblem): string {
  return `${kind} ${time ?? ""}`;
}

export function readMemories(ledger: Pick<Ledger, "select">): SeriesMemory[] {
  // Along the primary key; "series.of;" follows all that begins with "series.of:".
  return ledger
    .select<{ value: string }>("SELECT value FROM meta WHERE key >= ? AND key < ? ORDER BY key", KEY, "series.of;")
    .map(({ value }) => JSON.parse(value) as SeriesMemory);
}

export function writeMemory(ledger: Pick<Ledger, "setMeta">, memory: SeriesMemory): void {
  ledger.setMeta(`${KEY}${seriesMark(memory)}`, JSON.stringify(memory));
}

/** Tells series apart. */
export function seriesMark({ root, seriesKey }: SeriesId): string {
  return `${root}|${seriesKey}`;
}
