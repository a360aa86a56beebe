import type { SeriesProblem, SeriesRules } from "./series.js";

/** A time point with the moment it was really taken, ms since the start of the acquisition. */
export interface TakenPoint {
  readonly time: number;
  readonly acquiredMs: number;
}

/** From fewer intervals no median says what was meant. */
const LEAST_INTERVALS = 3;

type Rules = Pick<SeriesRules, "intervalMs" | "intervalTolerance">;

/** What the true acquisition times say about a series, `points` in the order of their time points. */
export function timingProblems(points: readonly TakenPoint[], rules: Rules): SeriesProblem[] {
  const steps = points.slice(1).map((point, i) => {
    const before = points[i]!;
    return { before, point, perStepMs: (point.acquiredMs - before.acquiredMs) / (point.time - before.time) };
  });
  const forward = steps.filter(({ perStepMs }) => perStepMs >= 0);
  const medianMs = forward.length < LEAST_INTERVALS ? undefined : median(forward.map(({ perStepMs }) => perStepMs));
  const problems: SeriesProblem[] = [];
  if (medianMs !== undefined && rules.intervalMs !== null && isOff(medianMs, rules.intervalMs, rules)) {
    const text = `frames were taken every ${seconds(medianMs)} (median), not every ${seconds(rules.intervalMs)}`;
    problems.push({ kind: "interval", time: null, points: points.length, text });
  }
  // Each against the series' own median where there is one: else a wrong interval would be told again at every point.
  const expectedMs = medianMs ?? rules.intervalMs;
  for (const { before, point, perStepMs } of steps) {
    const { time } = point;
    if (perStepMs < 0) {
      const text = `${name(time)} was taken ${seconds(before.acquiredMs - point.acquiredMs)} before ${name(before.time)}`;
      problems.push({ kind: "out-of-order", time, points: 1, text });
    } else if (expectedMs !== null && isOff(perStepMs, expectedMs, rules)) {
      const kind = perStepMs > expectedMs ? "late" : "early";
      const since = `${seconds(point.acquiredMs - before.acquiredMs)} after ${name(before.time)}`;
      const meant = seconds(expectedMs * (time - before.time));
      problems.push({ kind, time, points: 1, text: `${name(time)} was taken ${since}, where ${meant} are usual` });
    }
  }
  return problems;
}

function isOff(ms: number, expectedMs: number, { intervalTolerance }: Rules): boolean {
  return Math.abs(ms - expectedMs) > intervalTolerance * expectedMs;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function name(time: number): string {
  return `t${time}`;
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toPrecision(4))} s`;
}
