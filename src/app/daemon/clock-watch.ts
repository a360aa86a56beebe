import type { Clock } from "../../system/clock.js";

/** The wall clock is set in steps of less than this by those that correct it all the time. */
const STEP_MS = 1_000;

/** Tells, whenever called, whether the wall clock was put back since the last call; at first it may have been. */
export function createClockWatch(clock: Pick<Clock, "now" | "monotonic">): () => boolean {
  let before = Number.POSITIVE_INFINITY;
  return () => {
    const difference = clock.now() - clock.monotonic();
    const wentBack = difference < before - STEP_MS;
    before = difference;
    return wentBack;
  };
}
