import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { asRefocusdError } from "../errors/refocusd-error.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import { ARCHIVED_THROUGH, type DailyLogFile } from "./daily-log.js";
import { dailyLogLacks } from "./daily-log-verify.js";
import { addDays, type Day, dayAt, dayRange } from "./local-day.js";

export interface RetentionOptions {
  /** The folder of the daily files. */
  readonly folder: string;
  /** Stories that ended on one of so many last days stay in the ledger. */
  readonly keepDays: number;
  readonly timeZone: string;
}

export interface RetentionDeps {
  readonly ledger: Pick<Ledger, "path" | "select" | "getMeta" | "setMeta" | "leaving" | "archive" | "event">;
  readonly clock: Clock;
  readonly log: Log;
  /** Writes a day's file anew. */
  readonly write: (day: Day) => Promise<DailyLogFile>;
}

/** Frames whose story leaves in one transaction: milliseconds, in which the daemon cannot write anything else. */
const CHUNK = 200;

/**
 * Lets the stories of frames leave the ledger that ended long enough ago, day by day, each only after the day's file was found to hold
 * them. A file that is missing or damaged is written anew, from the ledger, which still has everything; what cannot be written stays.
 * @returns how many stories left
 */
export async function letOldStoriesLeave(options: RetentionOptions, deps: RetentionDeps): Promise<number> {
  const { keepDays, timeZone } = options;
  const { ledger, clock } = deps;
  const end = dayRange(addDays(dayAt(clock.now(), timeZone), -keepDays), timeZone).startMs;
  let left = 0;
  let from = 0;
  for (;;) {
    const next = nextEvent(ledger, from);
    if (next === undefined || next >= end) return left;
    const day = dayAt(next, timeZone);
    const { startMs, endMs } = dayRange(day, timeZone);
    left += await letDayLeave(day, ledger.leaving(startMs, endMs), options, deps);
    from = endMs;
  }
}

async function letDayLeave(
  day: Day,
  ids: readonly number[],
  { folder }: RetentionOptions,
  { ledger, clock, log, write }: RetentionDeps,
): Promise<number> {
  if (ids.length === 0) return 0;
  const file = join(folder, `${day}.sqlite`);
  let lack = await dailyLogLacks(file, ledger.path, ids);
  const archivedThrough = ledger.getMeta(ARCHIVED_THROUGH);
  // Once part of a day has left, its file is the only one that has that part, and is never written over.
  if (lack !== undefined && (archivedThrough === undefined || archivedThrough < day)) {
    log.warn("a daily log has to be written anew before its day may leave the ledger", { file, why: lack });
    const failure = await write(day).then(
      () => undefined,
      (thrown: unknown) => asRefocusdError(thrown).message,
    );
    lack = failure ?? (await dailyLogLacks(file, ledger.path, ids));
  }
  if (lack !== undefined) {
    log.error("a day stays in the ledger, since its daily log does not hold it", { file, why: lack });
    return 0;
  }
  if (archivedThrough === undefined || archivedThrough < day) ledger.setMeta(ARCHIVED_THROUGH, day);
  for (let i = 0; i < ids.length; i += CHUNK) {
    ledger.archive(ids.slice(i, i + CHUNK), day);
    await setImmediate();
  }
  ledger.event("stories-left", null, { day, frames: ids.length, file }, clock.now());
  log.info("a day has left the ledger; its daily log holds it", { file, frames: ids.length });
  return ids.length;
}

function nextEvent(ledger: RetentionDeps["ledger"], fromMs: number): number | undefined {
  const sql = "SELECT min(at_ms) AS at FROM events WHERE at_ms >= ?";
  return ledger.select<{ at: number | null }>(sql, fromMs)[0]?.at ?? undefined;
}
