import { type ScheduledTask, schedule } from "node-cron";
import { asRefocusdError } from "../errors/refocusd-error.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import { type DailyLogFile, writeDailyLog } from "./daily-log.js";
import { newestDueDay } from "./daily-log-due.js";
import { tidyDailyLogs } from "./daily-log-tidy.js";
import { addDays, type Day, dayAt, dayRange, localTimeZone } from "./local-day.js";
import { letOldStoriesLeave } from "./retention.js";

export interface DailyLogJobOptions {
  /** Time of day, "HH:MM", from which the log of the day before is written. */
  readonly at: string;
  readonly folder: string;
  /** Older files are removed; null keeps them for ever. */
  readonly keepDays: number | null;
  /** The stories of frames that ended longer ago leave the ledger; null keeps them for ever. */
  readonly ledgerKeepDays: number | null;
  /** Default: this machine's. */
  readonly timeZone?: string | undefined;
}

export interface DailyLogJobDeps {
  readonly ledger: Pick<
    Ledger,
    "path" | "select" | "getMeta" | "setMeta" | "checkpoint" | "leaving" | "archive" | "event"
  >;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes the copy of the ledger that goes by the name of this day. */
  readonly backUp?: (day: Day) => Promise<void>;
  /** Writes the page for people beside a daily log. */
  readonly page?: (file: DailyLogFile) => Promise<void>;
  /** What else is looked at once an hour. */
  readonly hourly?: () => void;
}

/** The last day that needs no more thought, in the ledger's `meta`. */
export const LAST_DAY = "daily-log.last-day";
/** The newest event that was there when logs were written last, in the ledger's `meta`. */
export const LAST_EVENT = "daily-log.last-event";

/**
 * Writes the log of each day after midnight. node-cron skips runs that come late (more than a second: a busy or sleeping
 * machine), so each run writes all days that are missing, and runs come every hour: one that failed is soon made up for.
 */
export class DailyLogJob {
  readonly #options: DailyLogJobOptions;
  readonly #deps: DailyLogJobDeps;
  #task: ScheduledTask | undefined;
  #current: Promise<unknown> = Promise.resolve();

  constructor(options: DailyLogJobOptions, deps: DailyLogJobDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** Plans the runs, and begins to write what was missed while the daemon was down. */
  start(): void {
    const minute = Number(this.#options.at.slice(3));
    const tick = () => this.#tick();
    const timezone = this.#options.timeZone;
    const options = { name: "daily-log", noOverlap: true, suppressMissedWarning: true };
    this.#task = schedule(`${minute} * * * *`, tick, timezone === undefined ? options : { ...options, timezone });
    this.#task.on("execution:missed", tick);
    void tick();
  }

  /** No more runs; resolves when the one in progress has ended. */
  async stop(): Promise<void> {
    await this.#task?.destroy();
    this.#task = undefined;
    await this.#current.catch(() => undefined);
  }

  /** The log of the day so far. */
  writeToday(): Promise<DailyLogFile> {
    return this.#inTurn(() => this.#write(dayAt(this.#deps.clock.now(), this.#timeZone())));
  }

  /**
   * Writes the log of each day that is due and has none. Days on which nothing happened get no file. A day on which something happened
   * after its log was written (the clock had been ahead, and was put back) is written again.
   */
  catchUp(): Promise<DailyLogFile[]> {
    return this.#inTurn(async () => {
      const { ledger, clock, log } = this.#deps;
      const timeZone = this.#timeZone();
      const newest = newestDueDay(clock.now(), this.#options.at, timeZone);
      const last = ledger.getMeta(LAST_DAY);
      const newestEvent = this.#newestEvent();
      const lateMs = this.#lateEvent(dayRange(newest, timeZone).endMs);
      if (last !== undefined && last >= newest && lateMs === undefined) return [];
      const written: DailyLogFile[] = [];
      const nextMs = last === undefined ? 0 : dayRange(addDays(last, 1), timeZone).startMs;
      let from = Math.min(nextMs, lateMs ?? nextMs);
      for (;;) {
        const next = this.#nextEvent(from);
        const day = next === undefined ? undefined : dayAt(next, timeZone);
        if (day === undefined || day > newest) break;
        const file = await this.#writeUnlessArchived(day);
        if (file !== undefined) {
          log.info("daily log written", { path: file.path, frames: file.frames });
          written.push(file);
          await this.#writePage(file);
        }
        ledger.setMeta(LAST_DAY, day);
        from = dayRange(day, timeZone).endMs;
      }
      ledger.setMeta(LAST_DAY, newest);
      ledger.setMeta(LAST_EVENT, String(newestEvent));
      await tidyDailyLogs({ folder: this.#options.folder, keepDays: this.#options.keepDays, timeZone, clock, log });
      // Before stories leave. A copy that holds nothing new would push an older one out.
      if (written.length > 0) await this.#backUp(newest);
      await this.#retain(timeZone);
      if (!ledger.checkpoint()) log.debug("the ledger's write-ahead log could not be emptied: it is being read");
      return written;
    });
  }

  async #tick(): Promise<void> {
    try {
      await this.catchUp();
    } catch (thrown) {
      const error = asRefocusdError(thrown);
      this.#deps.log.error("daily log not written; it is tried again within the hour", { error });
    }
    try {
      this.#deps.hourly?.();
    } catch (thrown) {
      this.#deps.log.error("the hourly look failed", { error: asRefocusdError(thrown) });
    }
  }

  /** Without its page a day is all there: a trouble here must not make its log be written again each hour. */
  async #writePage(file: DailyLogFile): Promise<void> {
    try {
      await this.#deps.page?.(file);
    } catch (thrown) {
      const error = asRefocusdError(thrown);
      this.#deps.log.error("the page of a day was not written; `refocusd report --day` makes it", {
        day: file.day,
        error,
      });
    }
  }

  async #backUp(day: Day): Promise<void> {
    try {
      await this.#deps.backUp?.(day);
    } catch (thrown) {
      this.#deps.log.error("the ledger was not backed up; it is tried again tomorrow", {
        error: asRefocusdError(thrown),
      });
    }
  }

  /** After the day's log: a trouble here must not make that be written again each hour. The next day's run tries again. */
  async #retain(timeZone: string): Promise<void> {
    const { ledgerKeepDays: keepDays, folder } = this.#options;
    if (keepDays === null) return;
    const { ledger, clock, log } = this.#deps;
    try {
      const write = (day: string) => this.#write(day);
      await letOldStoriesLeave({ folder, keepDays, timeZone }, { ledger, clock, log, write });
    } catch (thrown) {
      log.error("old stories stay in the ledger for now", { error: asRefocusdError(thrown) });
    }
  }

  #write(day: string): Promise<DailyLogFile> {
    const { ledger, clock } = this.#deps;
    const { folder } = this.#options;
    return writeDailyLog({ ledgerPath: ledger.path, day, folder, clock, timeZone: this.#timeZone() });
  }

  /** The clock was so far ahead that the day has left the ledger, and is back: what happened on it since stays there. */
  async #writeUnlessArchived(day: Day): Promise<DailyLogFile | undefined> {
    try {
      return await this.#write(day);
    } catch (thrown) {
      const error = asRefocusdError(thrown);
      if (error.code !== "RF_LEDGER_ARCHIVED") throw error;
      this.#deps.log.warn("a daily log is not written again; what is not in it stays in the ledger", { day, error });
      return undefined;
    }
  }

  #newestEvent(): number {
    return this.#deps.ledger.select<{ id: number }>("SELECT coalesce(max(id), 0) AS id FROM events")[0]?.id ?? 0;
  }

  /** When, on a day that is over, something happened that was not there when logs were written last. */
  #lateEvent(endMs: number): number | undefined {
    const { ledger } = this.#deps;
    const last = ledger.getMeta(LAST_EVENT);
    if (last === undefined) return undefined;
    const sql = "SELECT min(at_ms) AS at FROM events WHERE id > ? AND at_ms < ?";
    return ledger.select<{ at: number | null }>(sql, Number(last), endMs)[0]?.at ?? undefined;
  }

  #nextEvent(fromMs: number): number | undefined {
    const sql = "SELECT min(at_ms) AS at FROM events WHERE at_ms >= ?";
    return this.#deps.ledger.select<{ at: number | null }>(sql, fromMs)[0]?.at ?? undefined;
  }

  /** One at a time: two runs would write the same file. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#current.catch(() => undefined).then(work);
    this.#current = result;
    return result;
  }

  #timeZone(): string {
    return this.#options.timeZone ?? localTimeZone();
  }
}
