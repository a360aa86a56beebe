import type { DayLog, LedgerEvent } from "./days.js";
import { type Finding, groupBy } from "./expectation.js";

export interface DaysOptions {
  /** Whose midnight. */
  readonly zone: string;
  /** What the daemon's clock shows; days that are over have a log. */
  readonly nowMs: number;
}

/**
 * Holds the daily logs against the ledger: each day on which something happened has one, and in it is everything that happened on that
 * day, once. Knows nothing of how the daemon reckons its days.
 */
export function auditDays(
  events: readonly LedgerEvent[],
  logs: readonly DayLog[],
  { zone, nowMs }: DaysOptions,
): Finding[] {
  const findings: Finding[] = [];
  const dayOf = days(zone);
  const byDay = new Map(logs.map((log) => [log.day, log]));
  for (const [day, happened] of groupBy(events, ({ atMs }) => dayOf(atMs))) {
    if (day >= dayOf(nowMs)) continue;
    const log = byDay.get(day);
    if (log === undefined) {
      findings.push({ kind: "lost", path: day, what: `no log of a day with ${happened.length} events` });
      continue;
    }
    const held = new Set(log.events.map(({ id }) => id));
    const lacks = happened.filter(({ id }) => !held.has(id));
    if (lacks.length > 0) {
      const finished = lacks.filter(({ kind }) => kind === "finished").length;
      const what = `its log lacks ${lacks.length} of ${happened.length} events, ${finished} verdicts among them`;
      findings.push({ kind: "lost", path: day, what });
    }
  }
  for (const { day, soundness, events: held } of logs) {
    if (soundness !== "ok") findings.push({ kind: "altered", path: day, what: `its log is damaged: ${soundness}` });
    const finished = held.filter(({ kind }) => kind === "finished").map(({ frame }) => frame);
    const twice = finished.length - new Set(finished).size;
    if (twice > 0) findings.push({ kind: "duplicated", path: day, what: `${twice} frames finished twice in its log` });
  }
  return findings;
}

function days(zone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" });
  return (ms) => format.format(ms);
}
