import { headText } from "../../ledger/chain/link.js";
import type { LedgerReader } from "../../ledger/ledger.js";
import { type Progress, readProgress } from "../../report/progress.js";
import { mostDrifted, type SeriesCourse } from "../../report/series-course.js";
import { type Backlog, type Summary, summarize } from "../../report/summary.js";
import { overdueText } from "../../series/overdue-watch.js";
import { printable } from "../frame-text.js";
import { seriesLines } from "../series/series-text.js";
import { adaptLines } from "./status-adapt.js";
import { configLines } from "./status-config.js";
import { type LiveStatus, readLiveStatus } from "./status-file.js";
import { progressText } from "./status-progress.js";
import { spaceLines } from "./status-space.js";

export interface Status {
  readonly running: boolean;
  readonly live: LiveStatus | null;
  readonly summary: Summary;
  /** How fast the backlog shrinks; null while no daemon runs. */
  readonly progress: Progress | null;
  /** The series whose focus drive went furthest, by what their files tell: at most 20. Null where it was not asked for. */
  readonly drift: readonly SeriesCourse[] | null;
  /** Where the chain of outcomes ends, such as "1234:9f3a…"; null before the first outcome. */
  readonly chainHead: string | null;
}

/** A daemon writes every 2 s; one that is silent for this long is gone or stuck. */
const SILENT_MS = 15_000;

/** @param withDrift goes through all frames: 0.4 s for 100,000 */
export function readStatus(ledger: LedgerReader, state: string, now: number, withDrift: boolean): Status {
  const live = readLiveStatus(state);
  const running = live !== undefined && isRunning(live, now);
  const summary = summarize(ledger);
  const head = ledger.chainHead();
  return {
    running,
    live: live ?? null,
    summary,
    progress: running ? readProgress(ledger, summary.total.backlog, live.startedMs, now) : null,
    drift: withDrift ? mostDrifted(ledger, 20) : null,
    chainHead: head === undefined ? null : headText(head),
  };
}

export function isRunning({ writtenMs, pid }: LiveStatus, now: number): boolean {
  return now - writtenMs < SILENT_MS && isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The state of things on one screen. */
export function statusText({ running, live, summary, progress, chainHead }: Status): string {
  const lines: string[] = [];
  if (running && live) {
    const up = Math.round((live.writtenMs - live.startedMs) / 60_000);
    lines.push(
      `refocusd ${live.version} is running (process ${live.pid}, ${up} min), ${live.engine}, ${live.models.join(", ")}`,
    );
    if (live.configuration) lines.push(...configLines(live.configuration, live.configFile));
    lines.push(...spaceLines(live.outputs ?? []));
    if (live.adapt) lines.push(...adaptLines(live.adapt).map(printable));
    if (live.series) lines.push(...seriesLines(live.series));
    if (live.overdue && live.overdue.length > 0) lines.push(`  OVERDUE: ${printable(overdueText(live.overdue))}`);
    for (const watcher of live.watchers) {
      const ignored = Object.values(watcher.ignored).reduce((a, b) => a + b, 0);
      const problem = watcher.rootPresent === false ? `  NOT THERE: ${watcher.rootProblem ?? "missing"}` : "";
      const unmarked = watcher.withoutMarker > 0 ? `, ${watcher.withoutMarker} taken without their done marker` : "";
      lines.push(
        `  ${watcher.path}: ${watcher.frames} frames, ${watcher.pending} settling, ${ignored} other files ignored${unmarked}${problem}`,
      );
      for (const folder of watcher.unreadableFolders) lines.push(`    cannot be read: ${folder}`);
    }
  } else {
    lines.push("refocusd is not running");
  }
  const { total } = summary;
  const { byState, byVerdict, backlog } = total;
  lines.push("");
  lines.push(`frames        ${total.frames}`);
  lines.push(`  done        ${byState.done}  (${list(byVerdict)})`);
  const waitFor = [...(backlog.retrying > 0 ? [`${backlog.retrying} for another attempt`] : []), ...heldText(backlog)];
  lines.push(`  waiting     ${backlog.waiting}${waitFor.length > 0 ? ` (${waitFor.join(", ")})` : ""}`);
  lines.push(`  working     ${backlog.working}`);
  lines.push(`  settling    ${backlog.settling}`);
  lines.push(`  set aside   ${byState.quarantined}`);
  lines.push(`  removed     ${byState.gone}`);
  lines.push(`reconstructed ${total.reconstructions}`);
  if (total.unreadNames > 0) {
    const files = `${total.unreadNames} ${total.unreadNames === 1 ? "file" : "files"}`;
    lines.push(
      `names         ${files} with a name that no pattern reads: judged, but in no series (refocusd names test)`,
    );
  }
  if (progress) lines.push(`backlog       ${progressText(progress)}`);
  if (total.latencyMs) {
    const { p50, p95, max } = total.latencyMs;
    lines.push(
      `latency       median ${Math.round(p50)} ms, 95 % ${Math.round(p95)} ms, most ${Math.round(max)} ms (from complete to verdict)`,
    );
  }
  for (const { code, frames } of total.problems)
    lines.push(`problem       ${code}: ${frames} ${frames === 1 ? "frame" : "frames"}`);
  if (chainHead !== null) lines.push(`chain ends at ${chainHead}`);
  return `${lines.join("\n")}\n`;
}

function heldText({ held, heldForExtract }: Backlog): string[] {
  const toReconstruct = held - heldForExtract;
  return [
    ...(toReconstruct > 0 ? [`${toReconstruct} judged, to be reconstructed later`] : []),
    ...(heldForExtract > 0 ? [`${heldForExtract} judged, their pages to be extracted later`] : []),
  ];
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}
