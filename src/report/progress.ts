import type { LedgerReader } from "../ledger/ledger.js";
import type { Backlog } from "./summary.js";

/** How fast the backlog shrinks. */
export interface Progress {
  /** Frames that wait or are being worked on; those that wait for space are not among them, as time alone does not bring them on. */
  readonly backlog: number;
  /** Frames that came to their end. */
  readonly framesPerMinute: number;
  /** The time over which that was measured. */
  readonly windowMs: number;
  /** How long the backlog lasts at that rate if nothing comes in; null where nothing was finished to tell it from. */
  readonly etaMs: number | null;
}

const WINDOW_MS = 5 * 60_000;

/** What was finished in the last minutes. */
export interface Finished {
  readonly frames: number;
  /** When work on the first of them began, ms since 1970; null without any. */
  readonly firstStartedMs: number | null;
}

/**
 * The rate counts from when work began, if that was within the window: a burst after a quiet hour would else seem slow.
 * @param sinceMs what was finished before this is not counted, ms since 1970
 */
export function progress(
  backlog: number,
  { frames, firstStartedMs }: Finished,
  sinceMs: number,
  now: number,
): Progress {
  const windowMs = Math.max(1, now - Math.max(sinceMs, firstStartedMs ?? sinceMs));
  const eta = frames === 0 ? null : (backlog * windowMs) / frames;
  return {
    backlog,
    framesPerMinute: (frames * 60_000) / windowMs,
    windowMs,
    etaMs: backlog === 0 ? 0 : eta,
  };
}

/** @param startedMs when the daemon started: before that nothing could be finished. */
export function readProgress(
  ledger: Pick<LedgerReader, "select">,
  { waiting, held, working }: Backlog,
  startedMs: number,
  now: number,
): Progress {
  const sinceMs = Math.max(startedMs, now - WINDOW_MS);
  // Only frames that were worked on: files that are set aside at once, or vanish, say nothing about the rate of work.
  const [finished] = ledger.select<Finished>(
    `SELECT count(*) AS frames, min(started_ms) AS firstStartedMs FROM frames
     WHERE finished_ms >= ? AND started_ms IS NOT NULL`,
    sinceMs,
  );
  return progress(waiting - held + working, finished ?? { frames: 0, firstStartedMs: null }, sinceMs, now);
}
