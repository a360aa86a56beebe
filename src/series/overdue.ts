import { median } from "./timing.js";

/** A time point of a series: when its first file was seen, and when it was taken, as the file tells. */
export interface Arrival {
  readonly time: number;
  /** Ms since 1970 UTC. */
  readonly seenMs: number;
  /** Ms since the start of the acquisition. */
  readonly acquiredMs: number | null;
}

export interface OverdueRules {
  /** A time point is overdue when it has not come after so many intervals. */
  readonly factor: number;
  /** The interval that the microscope was told; null: that of the series. */
  readonly intervalMs: number | null;
}

/** Until when the next time point of a series is waited for. */
export interface Expected {
  /** The newest time point there is. */
  readonly lastTime: number;
  readonly lastSeenMs: number;
  readonly intervalMs: number;
  readonly untilMs: number;
}

/** From fewer intervals nobody can say what the next one should be. */
const LEAST_INTERVALS = 3;
/** Files that come faster are copied, not taken. */
const LEAST_INTERVAL_MS = 1_000;
/** Where frames come in less than this part of their interval, a series is being copied, or a backlog is caught up with: nothing is due. */
const LIVE_SHARE = 0.5;

/**
 * When the next time point of a series is overdue: by the interval that is configured, else by the median of those that the files tell, else
 * by that in which the files came.
 * @param arrivals its newest time points, in any order
 * @returns undefined for a series that is not being taken now, or of which too little is known
 */
export function expectNext(arrivals: readonly Arrival[], { factor, intervalMs }: OverdueRules): Expected | undefined {
  const points = [...arrivals].sort((a, b) => a.time - b.time);
  const last = points.at(-1);
  if (last === undefined || points.length <= LEAST_INTERVALS) return undefined;
  const steps = points.slice(1).map((point, i) => perStep(points[i]!, point));
  const cameEvery = median(steps.map(({ seenMs }) => seenMs));
  const taken = steps.map(({ takenMs }) => takenMs).filter((ms) => ms !== null && ms > 0) as number[];
  const takenEvery = taken.length >= LEAST_INTERVALS ? median(taken) : undefined;
  const interval = intervalMs ?? takenEvery ?? cameEvery;
  if (interval < LEAST_INTERVAL_MS || cameEvery < LIVE_SHARE * interval) return undefined;
  // The newest time point need not be the newest file: a late one shows, too, that frames come.
  const lastSeenMs = Math.max(...points.map(({ seenMs }) => seenMs));
  return { lastTime: last.time, lastSeenMs, intervalMs: interval, untilMs: lastSeenMs + factor * interval };
}

function perStep(before: Arrival, point: Arrival): { seenMs: number; takenMs: number | null } {
  const count = point.time - before.time;
  const takenMs =
    before.acquiredMs === null || point.acquiredMs === null ? null : (point.acquiredMs - before.acquiredMs) / count;
  return { seenMs: (point.seenMs - before.seenMs) / count, takenMs };
}
