import { dirname } from "node:path";
import PQueue from "p-queue";
import { asRefocusdError } from "../errors/refocusd-error.js";
import type { Ledger } from "../ledger/ledger.js";
import type { HeldFrames } from "../ledger/queue.js";
import {
  type Failure,
  type FrameJob,
  type FrameResult,
  HOLD_CODES,
  isHoldCode,
  type Thresholds,
  type Writing,
} from "../ledger/types.js";
import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import type { RefusedOutput } from "./disk-guard.js";
import type { Hold, WorkerJob } from "./messages.js";
import { outputPath } from "./output-path.js";
import { afterFailure, type RetryRules } from "./retry.js";
import type { JobOutcome } from "./worker-pool.js";

/** How the frames of one watched folder are treated. */
export interface Treatment {
  readonly output: string;
  readonly thresholds: Thresholds;
  readonly reconstruct: WorkerJob["reconstruct"];
  readonly holdToSource: boolean;
  readonly lowTrustBelow: number;
  readonly maxPixels: number;
  readonly writing: Writing;
  /** Of the configuration that says so. */
  readonly configSha256?: string;
}

/** How a frame's attempt ended. */
export type FrameOutcome =
  | { readonly kind: "done"; readonly job: FrameJob; readonly result: FrameResult }
  /** `held`: nothing is wrong with the frame; it waits until its reconstruction can be written. */
  | { readonly kind: "retry" | "ended" | "held"; readonly job: FrameJob; readonly failure: Failure };

export interface DispatcherOptions {
  /** How many frames are worked on at the same time. */
  readonly concurrency: number;
  readonly treatment: (root: string) => Treatment;
  readonly retry: () => RetryRules;
  /** The watched folders of which no frame may be reconstructed now, each with the reason. Left out: none. */
  readonly holding?: () => ReadonlyMap<string, Hold>;
}

export interface DispatcherDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Pick<Ledger, "takeReady" | "nextDue" | "finished" | "failed" | "release" | "hold">;
  readonly run: (job: WorkerJob) => Promise<JobOutcome>;
  /** Whether its folder is to blame that a reconstruction could not be written; left out: the frame always is. Never rejects. */
  readonly refused?: (output: RefusedOutput) => Promise<boolean>;
  /** 0 to 1, for the spread of retries. */
  readonly luck: () => number;
  readonly onOutcome?: (outcome: FrameOutcome) => void;
}

type Attempt = JobOutcome | { readonly kind: "held"; readonly failure: Failure };

/** How long a ledger that cannot be written (disk full) is left alone before it is tried again. */
const LEDGER_PAUSE_MS = 2_000;

/**
 * Hands frames from the ledger, which is the queue, to the workers. p-queue holds only what is in flight: never more than the workers
 * can begin, so a backlog of any length costs no memory here.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #deps: DispatcherDeps;
  readonly #queue: PQueue;
  #timer: AbortController | undefined;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<number>();
  #refusal: string | undefined;

  constructor(options: DispatcherOptions, deps: DispatcherDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#queue = new PQueue({ concurrency: options.concurrency });
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Why the ledger cannot be written just now (disk full); then nothing moves, and it is tried again. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Takes as many ready frames as there are workers free. To be called whenever something may have become ready. */
  pump(): void {
    if (this.#stopping.signal.aborted) return;
    this.#timer?.abort();
    const free = this.#options.concurrency - this.#inFlight.size;
    if (free > 0) {
      try {
        for (const job of this.#deps.ledger.takeReady(this.#deps.clock.now(), free, this.held)) {
          this.#inFlight.add(job.id);
          void this.#queue.add(() => this.#work(job));
        }
        this.#refusal = undefined;
      } catch (error) {
        this.#refusal = asRefocusdError(error).message;
        this.#deps.log.error("the ledger gives no frames", { error });
        this.#wakeIn(LEDGER_PAUSE_MS);
        return;
      }
    }
    if (this.#inFlight.size < this.#options.concurrency) this.#wakeWhenDue();
  }

  /** Resolves when nothing is in flight and nothing waits, retries included; but for frames that are held. */
  async idle(): Promise<void> {
    for (;;) {
      this.pump();
      await this.#queue.onIdle();
      if (this.#inFlight.size > 0) continue;
      const due = this.#deps.ledger.nextDue(this.held);
      if (due === undefined || this.#stopping.signal.aborted) return;
      await this.#deps.clock.sleep(Math.max(20, due - this.#deps.clock.now()));
    }
  }

  /**
   * Takes no more frames and waits up to `graceMs` for those in hand; those that are still not done then go back into the ledger.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    this.#timer?.abort();
    const enough = new AbortController();
    await Promise.race([this.#queue.onIdle(), this.#deps.clock.sleep(graceMs, enough.signal)]);
    enough.abort();
    const left = [...this.#inFlight];
    this.#inFlight.clear();
    if (left.length > 0) this.#deps.ledger.release(left, this.#deps.clock.now());
  }

  async #work(job: FrameJob): Promise<void> {
    const outcome = await this.#attempt(job);
    // The frame is done, but that is worth nothing until the ledger knows: so this is tried until it does.
    for (;;) {
      // Released meanwhile: the ledger has it as ready again, and a later attempt writes the same output.
      if (!this.#inFlight.has(job.id)) return;
      try {
        const told = this.#record(job, outcome);
        this.#refusal = undefined;
        this.#inFlight.delete(job.id);
        this.#deps.onOutcome?.(told);
        break;
      } catch (error) {
        this.#deps.log.error("the ledger cannot be written", { source: job.path, error });
        const { code, message } = asRefocusdError(error);
        if (code === "RF_INTERNAL") {
          // The ledger does not take this outcome, now or later. The row stays `working`; the next start makes it ready again.
          this.#inFlight.delete(job.id);
          break;
        }
        this.#refusal = message;
        await this.#deps.clock.sleep(LEDGER_PAUSE_MS);
      }
    }
    this.pump();
  }

  async #attempt(job: FrameJob): Promise<Attempt> {
    try {
      const { output, ...settings } = this.#options.treatment(job.root);
      const { id, path, page, pages, type, sha256 } = job;
      const stat = { size: job.size, mtimeMs: job.statMtimeMs, ctimeMs: job.statCtimeMs };
      const frame = { id, path, page, pages, type, sha256, stat, output: outputPath(output, job) };
      const hold = this.#options.holding?.().get(job.root);
      const outcome = await this.#deps.run({
        ...frame,
        ...settings,
        ...(hold !== undefined && { hold }),
      });
      const isHeld = outcome.kind === "failed" && (await this.#isHeld(outcome.failure, job, frame.output, hold));
      return isHeld ? { kind: "held", failure: outcome.failure } : outcome;
    } catch (error) {
      // Such as a frame of a folder that is no longer watched: one frame's trouble, not the daemon's end.
      const { code, detail } = asRefocusdError(error);
      return { kind: "failed", failure: { code, detail } };
    }
  }

  /** Whether what kept a frame from its reconstruction lies outside it. */
  async #isHeld({ code }: Failure, job: FrameJob, output: string, hold: Hold | undefined): Promise<boolean> {
    if (!isHoldCode(code)) return false;
    // Nothing was written, so this is the worker's answer to the hold.
    if (hold !== undefined) return true;
    const bytes = job.size / job.pages;
    return (await this.#deps.refused?.({ root: job.root, folder: dirname(output), bytes, code })) ?? false;
  }

  #record(job: FrameJob, outcome: Attempt): FrameOutcome {
    const { ledger, clock, luck } = this.#deps;
    const now = clock.now();
    if (outcome.kind === "done") {
      ledger.finished(job.id, outcome.result, now);
      return { kind: "done", job, result: outcome.result };
    }
    const { failure } = outcome;
    if (outcome.kind === "held") {
      ledger.hold(job.id, failure, now);
      return { kind: "held", job, failure };
    }
    const next = afterFailure(failure.code, job.attempt, this.#options.retry(), now, luck());
    const state = ledger.failed(job.id, failure, next, now);
    return { kind: state === "ready" ? "retry" : "ended", job, failure };
  }

  /** Frames that are not to be begun just now. */
  get held(): HeldFrames | undefined {
    const roots = [...(this.#options.holding?.().keys() ?? [])];
    return roots.length > 0 ? { codes: HOLD_CODES, roots } : undefined;
  }

  #wakeWhenDue(): void {
    const due = this.#deps.ledger.nextDue(this.held);
    if (due !== undefined) this.#wakeIn(Math.max(20, due - this.#deps.clock.now()));
  }

  #wakeIn(ms: number): void {
    this.#timer?.abort();
    const timer = new AbortController();
    this.#timer = timer;
    void this.#deps.clock.sleep(ms, timer.signal).then(() => {
      if (!timer.signal.aborted) this.pump();
    });
  }
}
