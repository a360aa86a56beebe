import type { AdaptScheduleStatus } from "../adapt/schedule/adapt-schedule.js";
import type { Refusal } from "../adapt/schedule/classifier-keeper.js";
import { outcomeWords } from "../adapt/schedule/outcome.js";
import { localTime } from "../local-time.js";

/** How adapting by itself stands. */
export interface AdaptStatus {
  readonly schedule: AdaptScheduleStatus | null;
  /** The adapted classifier that judges, and the configured one in whose place it does. */
  readonly inUse: { readonly name: string; readonly insteadOf: string } | null;
  readonly refusal: Refusal | null;
}

/** What `refocusd status` says about it: nothing where nothing was configured. */
export function adaptLines({ schedule, inUse, refusal }: AdaptStatus): string[] {
  return [
    ...(schedule === null ? [] : [`  adapting: ${scheduleText(schedule)}`]),
    ...(inUse === null
      ? []
      : [`  ${inUse.name} judges instead of ${inUse.insteadOf} (refocusd models use configured goes back)`]),
    ...(refusal === null
      ? []
      : [
          `  ADAPTED CLASSIFIER ${refusal.name} NOT IN USE since ${localTime(refusal.sinceMs)} (${refusal.code}): ${refusal.detail}`,
        ]),
  ];
}

function scheduleText({ nextMs, runningSinceMs, last }: AdaptScheduleStatus): string {
  const next = runningSinceMs === null ? `next ${localTime(nextMs)}` : `going on since ${localTime(runningSinceMs)}`;
  return `${next}; ${last === null ? "not yet tried" : `last ${localTime(last.atMs)}: ${outcomeWords(last.outcome)}`}`;
}
