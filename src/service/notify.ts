import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import { judgeProgress, type Progress, type Pulse } from "./progress.js";
import type { Message, ServiceManager } from "./service-manager.js";
import { type FrameFacts, type StatusFacts, statusLine } from "./status-line.js";

export interface Look {
  readonly pulse: Pulse;
  readonly folders: StatusFacts["folders"];
  readonly frames: FrameFacts | undefined;
  /** Series whose next time point has not come. */
  readonly overdue?: number;
}

export interface NotifierDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined: nobody wants to be told; progress is judged and logged all the same. */
  readonly manager: ServiceManager | undefined;
  /** How the pipeline is now. */
  readonly look: () => Look;
}

/** Without a watchdog there is only the status line to keep. */
const STATUS_MS = 30_000;
/** One step of the start may take so long. Checking a ledger of gigabytes on a slow disk takes minutes, and blocks this process. */
const STEP_MS = 900_000;

/** Keeps the service manager informed: ready, status, and a sign of life for as long as the pipeline gets on. */
export class Notifier {
  readonly #deps: NotifierDeps;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #progress: Progress | undefined;
  #line = "";

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
  }

  /** A step of the start begins, which may take long. */
  async step(what: string): Promise<void> {
    await this.#deps.manager?.tell(`EXTEND_TIMEOUT_USEC=${STEP_MS * 1000}`, `STATUS=starting: ${what}`);
  }

  /** Everything runs: says so, and reports from now on. */
  async start(): Promise<void> {
    await this.#report("READY=1");
    this.#loop ??= this.#keepReporting();
  }

  /** Says that the configuration is read again for as long as `work` takes. */
  async reloading(work: () => Promise<void>): Promise<void> {
    await this.#deps.manager?.tell("RELOADING=1");
    try {
      await work();
    } finally {
      await this.#deps.manager?.tell("READY=1");
    }
  }

  /** Says that the end has begun; reports no more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#deps.manager?.tell("STOPPING=1", "STATUS=finishing the frames in hand");
  }

  async #keepReporting(): Promise<void> {
    const { clock, manager } = this.#deps;
    // A third: two reports may be lost before systemd acts.
    const everyMs = manager?.watchdogMs === undefined ? STATUS_MS : manager.watchdogMs / 3;
    for (;;) {
      await clock.sleep(everyMs, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      try {
        await this.#report();
      } catch (error) {
        // No sign of life then, and systemd draws its conclusion; but the next look may succeed.
        this.#deps.log.error("the pipeline could not be looked at", { error });
      }
    }
  }

  async #report(...messages: Message[]): Promise<void> {
    const { pulse, folders, frames, overdue = 0 } = this.#deps.look();
    const before = this.#progress?.stuck ?? [];
    this.#progress = judgeProgress(this.#progress, pulse);
    const { stuck } = this.#progress;
    if (stuck.length > 0 && before.length === 0) this.#deps.log.error("no progress", { stuck: stuck.join("; ") });
    if (stuck.length === 0 && before.length > 0) this.#deps.log.info("there is progress again");
    if (stuck.length === 0 && this.#deps.manager?.watchdogMs !== undefined) messages.push("WATCHDOG=1");
    const refusal = pulse.queue.kind === "answered" ? pulse.queue.refusal : undefined;
    const line = statusLine({ folders, frames, stuck, refusal, overdue });
    if (line !== this.#line) messages.push(`STATUS=${line}`);
    this.#line = line;
    if (messages.length > 0) await this.#deps.manager?.tell(...messages);
  }
}
