import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import { addDays, type Day, dayAt } from "./local-day.js";

export interface TidyOptions {
  readonly folder: string;
  /** Null keeps the logs for ever. */
  readonly keepDays: number | null;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Removes daily logs and pages that are too old, and what a killed daemon left half-written. */
export async function tidyDailyLogs({ folder, keepDays, timeZone, clock, log }: TidyOptions): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of expiredLogs(names, dayAt(clock.now(), timeZone), keepDays)) {
    await rm(join(folder, name), { force: true });
    log.info("daily log removed: it is older than dailyLog.keepDays", { path: join(folder, name) });
  }
  for (const name of names.filter((each) => /^\.\d{4}-\d{2}-\d{2}\.(sqlite|html)\.\d+\.tmp$/.test(each))) {
    const file = await stat(join(folder, name)).catch(() => undefined);
    // A day: another process (refocusd report) may be writing one just now.
    if (file !== undefined && clock.now() - file.mtimeMs > 86_400_000) await rm(join(folder, name), { force: true });
  }
}

/** @returns those of `names` that are daily logs, or their pages, too old to be kept. */
export function expiredLogs(names: readonly string[], today: Day, keepDays: number | null): string[] {
  if (keepDays === null) return [];
  const oldest = addDays(today, -keepDays);
  return names.filter((name) => /^\d{4}-\d{2}-\d{2}\.(sqlite|html)$/.test(name) && name.slice(0, 10) < oldest);
}
