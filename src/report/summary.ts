import type { Counts } from "../ledger/counts.js";
import { HELD_FOR_EXTRACT } from "../ledger/held-for.js";
import type { LedgerReader } from "../ledger/ledger.js";
import { HOLD_CODES } from "../ledger/types.js";
import { type Percentiles, percentiles } from "./percentiles.js";

export interface GroupSummary extends Counts {
  readonly reconstructions: number;
  /** Of the reconstructions that have one; null if none has. */
  readonly meanTrust: number | null;
  /** From settled to finished, milliseconds, of frames with a verdict; null without any. */
  readonly latencyMs: Percentiles | null;
  readonly backlog: Backlog;
  /** Frames that ended without a verdict or are being retried, by error code, most frequent first. */
  readonly problems: readonly { readonly code: string; readonly frames: number }[];
  /** Files whose name no pattern reads: judged like others, but in no series. */
  readonly unreadNames: number;
}

export interface Backlog {
  /** Seen, but not yet complete. */
  readonly settling: number;
  /** Complete, and waiting for their turn. */
  readonly waiting: number;
  /** Of those waiting: how many wait for another attempt. */
  readonly retrying: number;
  /** Of those waiting: how many were judged and wait until what is made of them can be written. */
  readonly held: number;
  /** Of those held: how many wait for the file of their page only (`series.extractPages`), and for no reconstruction. */
  readonly heldForExtract: number;
  readonly working: number;
  /** When the longest-waiting frame was settled; null when none waits. */
  readonly oldestSettledMs: number | null;
}

export interface Summary {
  readonly total: GroupSummary;
  /** Per watched folder that the ledger knows, by path. */
  readonly roots: readonly (GroupSummary & { readonly root: string })[];
}

/** Latencies come from the last so many verdicts: what a service does now matters more than its history. */
const LATENCY_FRAMES = 10_000;
// One that failed has to wait for a moment; one that is held has not.
const HELD = `not_before_ms = 0 AND error_code IN (${HOLD_CODES.map((code) => `'${code}'`).join(", ")})`;

/** @param sinceMs latencies only of frames that were finished since then. */
export function summarize(ledger: Pick<LedgerReader, "counts" | "select">, sinceMs = 0): Summary {
  const known = ledger.select<{ root: string }>("SELECT DISTINCT root FROM frames WHERE is_current = 1 ORDER BY root");
  const rows = {
    reconstructions: ledger.select<ReconstructionRow>(
      `SELECT f.root, count(*) AS n, count(r.trust) AS trusted, total(r.trust) AS trust
       FROM reconstructions r JOIN frames f ON f.id = r.frame_id WHERE f.is_current = 1 GROUP BY f.root`,
    ),
    latencies: ledger.select<{ root: string; ms: number }>(
      `SELECT root, finished_ms - settled_ms AS ms FROM frames
       WHERE finished_ms >= ? AND state = 'done' ORDER BY finished_ms DESC LIMIT ${LATENCY_FRAMES}`,
      sinceMs,
    ),
    waiting: ledger.select<WaitingRow>(
      `SELECT root, count(error_code) - total(${HELD}) AS retrying, total(${HELD}) AS held,
         total(${HELD} AND ${HELD_FOR_EXTRACT}) AS heldForExtract, min(settled_ms) AS oldest FROM frames WHERE state = 'ready' GROUP BY root`,
    ),
    problems: ledger.select<ProblemRow>(
      `SELECT root, error_code AS code, count(*) AS frames FROM frames
       WHERE is_current = 1 AND state <> 'done' AND error_code IS NOT NULL GROUP BY root, error_code`,
    ),
  };
  const unread = ledger.select<{ root: string; n: number }>(
    "SELECT root, count(*) AS n FROM frames WHERE is_current = 1 AND page = 0 AND name_unread = 1 GROUP BY root",
  );
  const group = (root?: string): GroupSummary => {
    const own = <T extends { root: string }>(all: readonly T[]) =>
      root === undefined ? all : all.filter((row) => row.root === root);
    const counts = ledger.counts(root);
    const { seen, ready, working } = counts.byState;
    const made = own(rows.reconstructions);
    const trusted = sum(made.map((row) => row.trusted));
    const waiting = own(rows.waiting);
    const oldest = waiting.map((row) => row.oldest);
    return {
      ...counts,
      reconstructions: sum(made.map((row) => row.n)),
      meanTrust: trusted === 0 ? null : sum(made.map((row) => row.trust)) / trusted,
      latencyMs: percentiles(own(rows.latencies).map((row) => row.ms)),
      backlog: {
        ...{ settling: seen, waiting: ready, working, retrying: sum(waiting.map((row) => row.retrying)) },
        held: sum(waiting.map((row) => row.held)),
        heldForExtract: sum(waiting.map((row) => row.heldForExtract)),
        oldestSettledMs: oldest.length === 0 ? null : Math.min(...oldest),
      },
      problems: byCode(own(rows.problems)),
      unreadNames: sum(own(unread).map((row) => row.n)),
    };
  };
  return { total: group(), roots: known.map(({ root }) => ({ root, ...group(root) })) };
}

interface ReconstructionRow {
  readonly root: string;
  readonly n: number;
  readonly trusted: number;
  readonly trust: number;
}

interface WaitingRow {
  readonly root: string;
  readonly retrying: number;
  readonly held: number;
  readonly heldForExtract: number;
  readonly oldest: number;
}

interface ProblemRow {
  readonly root: string;
  readonly code: string;
  readonly frames: number;
}

function byCode(rows: readonly ProblemRow[]): { code: string; frames: number }[] {
  const frames = new Map<string, number>();
  for (const row of rows) frames.set(row.code, (frames.get(row.code) ?? 0) + row.frames);
  return [...frames].map(([code, n]) => ({ code, frames: n })).toSorted((a, b) => b.frames - a.frames);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
