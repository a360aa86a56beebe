import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import { seriesMark } from "./memory.js";
import { seriesFolder } from "./names.js";
import { type Expected, expectNext, type OverdueRules } from "./overdue.js";
import { changedSeries, newestArrivals, newestEvent, oldestEventSince } from "./read-series.js";
import type { SeriesId } from "./series.js";

export interface OverdueWatchOptions extends OverdueRules {
  /** The watched folders. */
  readonly roots: readonly string[];
}

export interface OverdueWatchDeps {
  readonly ledger: Pick<Ledger, "select" | "getMeta" | "setMeta" | "event" | "batch">;
  readonly clock: Clock;
  readonly log: Log;
}

/** A series whose next time point has not come. */
export interface OverdueSeries {
  readonly series: string;
  /** The newest time point there is. */
  readonly lastTime: number;
  /** When it came, ms since 1970 UTC. */
  readonly lastSeenMs: number;
  readonly intervalMs: number;
}

interface Came {
  readonly mark: string;
  readonly series: string;
  readonly lastTime: number;
}

const LOOK_EVERY_MS = 5_000;
/** A series that was silent for longer has ended: it is told no more, nor at a start for the first time. */
const FORGOTTEN_AFTER_MS = 86_400_000;
/** Named in one line of the log; a microscope that stops leaves all its positions and channels waiting. */
const NAMED = 5;
/** In the ledger's `meta`, for each series that was ever overdue: after which time point, or "" when it had come. */
const TOLD = "series.overdue:";

/**
 * Watches for time points that do not come. Each is told once, also over restarts: in the log and as an event in the ledger, and when the next
 * one comes after all.
 */
export class OverdueWatch {
  readonly #options: OverdueWatchOptions;
  readonly #deps: OverdueWatchDeps;
  readonly #waiting = new Map<string, { readonly id: SeriesId; readonly expected: Expected }>();
  #overdue: readonly OverdueSeries[] = [];
  /** Events up to this one are looked at. */
  #seen: number | undefined;
  #loop: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(options: OverdueWatchOptions, deps: OverdueWatchDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  start(): void {
    this.#loop ??= this.#keep();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  /** Those that are overdue now, as of the last look. */
  get overdue(): readonly OverdueSeries[] {
    return this.#overdue;
  }

  /** For tests; `start` does it again and again. */
  look(): void {
    const now = this.#deps.clock.now();
    const came = this.#notice(now);
    const late: [string, OverdueSeries][] = [];
    const overdue: OverdueSeries[] = [];
    for (const [mark, { id, expected }] of this.#waiting) {
      const { lastTime, lastSeenMs, intervalMs, untilMs } = expected;
      const one = { series: seriesFolder(id), lastTime, lastSeenMs, intervalMs };
      if (now - untilMs > FORGOTTEN_AFTER_MS) this.#waiting.delete(mark);
      else if (now > untilMs) {
        overdue.push(one);
        if (this.#told(mark) !== String(lastTime)) late.push([mark, one]);
      }
    }
    this.#overdue = overdue;
    this.#tell(late, came, now);
  }

  /**
   * Looks up the series of which something came since the last look; at a start, of those of the last day.
   * @returns those that were told to be overdue and go on
   */
  #notice(now: number): Came[] {
    const { ledger } = this.#deps;
    const { roots } = this.#options;
    const from = this.#seen ?? oldestEventSince(ledger, now - FORGOTTEN_AFTER_MS) - 1;
    const newest = newestEvent(ledger);
    const came: Came[] = [];
    if (newest > from) {
      for (const id of changedSeries(ledger, roots, from, newest)) {
        const mark = seriesMark(id);
        const arrivals = newestArrivals(ledger, id);
        const expected = expectNext(arrivals, this.#options);
        if (expected === undefined) this.#waiting.delete(mark);
        else this.#waiting.set(mark, { id, expected });
        const lastTime = arrivals[0]?.time;
        const told = this.#told(mark);
        if (told !== "" && lastTime !== undefined && lastTime > Number(told))
          came.push({ mark, series: seriesFolder(id), lastTime });
      }
    }
    this.#seen = newest;
    return came;
  }

  /** The time point after which it was told to be overdue; "": it was not, or goes on since. */
  #told(mark: string): string {
    return this.#deps.ledger.getMeta(TOLD + mark) ?? "";
  }

  #tell(late: readonly [string, OverdueSeries][], came: readonly Came[], now: number): void {
    if (late.length + came.length === 0) return;
    const { ledger, log } = this.#deps;
    ledger.batch(() => {
      for (const { mark, series, lastTime } of came) {
        ledger.event("series-resumed", null, { series, lastTime }, now);
        ledger.setMeta(TOLD + mark, "");
      }
      for (const [mark, one] of late) {
        ledger.event("series-overdue", null, one, now);
        ledger.setMeta(TOLD + mark, String(one.lastTime));
      }
    });
    if (late.length > 0) {
      const detail = overdueText(late.map(([, one]) => one));
      log.warn("time points do not come", { error: new RefocusdError("RF_SERIES_OVERDUE", detail) });
    }
    if (came.length > 0)
      log.info("series go on that were overdue", { series: came.map(({ series }) => series).slice(0, NAMED) });
  }

  async #keep(): Promise<void> {
    const { clock, log } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      try {
        this.look();
      } catch (error) {
        log.warn("overdue time points cannot be looked up", { error: asRefocusdError(error) });
      }
      await clock.sleep(LOOK_EVERY_MS, this.#stopping.signal);
    }
  }
}

/** Such as "run+xy01 after t12, every 600 s; and 3 more". */
export function overdueText(series: readonly OverdueSeries[]): string {
  const named = series
    .slice(0, NAMED)
    .map((one) => `${one.series} after t${one.lastTime}, every ${Number((one.intervalMs / 1000).toPrecision(4))} s`);
  const more = series.length > NAMED ? [`and ${series.length - NAMED} more`] : [];
  return [...named, ...more].join("; ");
}
