import { createTask } from "node-cron";
import type { Ledger, LedgerReader } from "../../../ledger/ledger.js";
import type { Log } from "../../../log/log.js";
import type { Clock } from "../../../system/clock.js";
import { type AdaptOutcome, outcomeWords } from "./outcome.js";

/** What the schedule remembers, in the ledger's `meta`. */
export interface AdaptMemory {
  /** The expression by which `dueMs` was reckoned. */
  readonly schedule: string;
  /** The next run, ms since 1970. Kept, so that one that came while refocusd was not running is made up for. */
  readonly dueMs: number;
  readonly last: { readonly atMs: number; readonly outcome: AdaptOutcome } | null;
  /** What the last run that tried was based on; see AdaptOutcome. */
  readonly basis: string | null;
}

const KEY = "adapt.schedule";

export interface AdaptScheduleDeps {
  readonly ledger: Pick<Ledger, "getMeta" | "setMeta" | "event">;
  readonly clock: Clock;
  readonly log: Log;
  /** The next time of the schedule after now, ms since 1970. */
  readonly nextRun: () => number;
  /** Never rejects; ends soon after `signal` has aborted. */
  readonly run: (basis: string | null, signal: AbortSignal) => Promise<AdaptOutcome>;
  readonly onInstalled: (outcome: AdaptOutcome & { readonly kind: "installed" }) => void;
}

/** Also how late a run begins after the machine has slept. */
const LOOK_EVERY_MS = 20_000;

export interface AdaptScheduleStatus {
  readonly schedule: string;
  readonly nextMs: number;
  /** Since when one is going on. */
  readonly runningSinceMs: number | null;
  readonly last: AdaptMemory["last"];
}

/**
 * Adapts the classifier at the times of a schedule, one run at a time. It looks at the clock itself, as node-cron skips runs that come late;
 * node-cron reckons the times.
 */
export class AdaptSchedule {
  readonly #schedule: string;
  readonly #deps: AdaptScheduleDeps;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #runningSinceMs: number | null = null;

  constructor(schedule: string, deps: AdaptScheduleDeps) {
    this.#schedule = schedule;
    this.#deps = deps;
  }

  start(): void {
    this.#loop ??= this.#lookOn();
  }

  /** Ends a run that is going on; the next start makes up for it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  status(): AdaptScheduleStatus {
    const { schedule, dueMs: nextMs, last } = this.#memory();
    return { schedule, nextMs, runningSinceMs: this.#runningSinceMs, last };
  }

  /** Runs if it is time. Resolves when that is done. */
  async tick(): Promise<void> {
    const { clock, log, ledger } = this.#deps;
    const memory = this.#memory();
    if (clock.now() < memory.dueMs) {
      if (readMemory(ledger)?.dueMs !== memory.dueMs) this.#write(memory);
      return;
    }
    const atMs = clock.now();
    // Written before: a run that takes refocusd down with it is not made up for again and again.
    this.#write({ ...memory, dueMs: this.#deps.nextRun() });
    log.info("adapting the classifier begins, with the lowest priority");
    this.#runningSinceMs = atMs;
    const outcome = await this.#deps.run(memory.basis, this.#stopping.signal);
    this.#runningSinceMs = null;
    const isInterrupted = outcome.kind === "interrupted";
    const basis = "basis" in outcome ? outcome.basis : memory.basis;
    const dueMs = isInterrupted ? atMs : this.#deps.nextRun();
    this.#write({ schedule: this.#schedule, dueMs, last: { atMs, outcome }, basis });
    const minutes = Math.round((clock.now() - atMs) / 6_000) / 10;
    ledger.event("adaptation", null, { ...outcome, minutes }, clock.now());
    const level = outcome.kind === "failed" ? "error" : "info";
    log[level](`adapting the classifier: ${outcomeWords(outcome)}`, { minutes });
    if (outcome.kind === "installed") this.#deps.onInstalled(outcome);
  }

  async #lookOn(): Promise<void> {
    const { clock, log } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      let pauseMs = LOOK_EVERY_MS;
      try {
        await this.tick();
        pauseMs = Math.max(100, Math.min(pauseMs, this.#memory().dueMs - clock.now()));
      } catch (error) {
        log.error("the schedule of adapting could not be followed", { error });
      }
      await clock.sleep(pauseMs, this.#stopping.signal);
    }
  }

  #memory(): AdaptMemory {
    const known = readMemory(this.#deps.ledger);
    const nextMs = this.#deps.nextRun();
    // Another schedule begins anew. A time that lies beyond the next one was reckoned while the clock was ahead.
    const dueMs = known?.schedule === this.#schedule ? Math.min(known.dueMs, nextMs) : nextMs;
    return { schedule: this.#schedule, dueMs, last: known?.last ?? null, basis: known?.basis ?? null };
  }

  #write(memory: AdaptMemory): void {
    this.#deps.ledger.setMeta(KEY, JSON.stringify(memory));
  }
}

function readMemory(ledger: Pick<LedgerReader, "getMeta">): AdaptMemory | undefined {
  const text = ledger.getMeta(KEY);
  return text === undefined ? undefined : (JSON.parse(text) as AdaptMemory);
}

/** @returns tells the next time of a cron expression, by this machine's clock and time zone; and ends that */
export function cronTimes(expression: string): { readonly next: () => number; readonly end: () => void } {
  const task = createTask(expression, () => {}, { name: "adapt", suppressMissedWarning: true });
  void task.start();
  return {
    next: () => task.getNextRun()?.getTime() ?? Number.POSITIVE_INFINITY,
    end: () => void task.destroy(),
  };
}
