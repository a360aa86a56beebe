import type { ErrorCode } from "../errors/catalogue.js";
import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import type { Failure, FrameResult } from "../ledger/types.js";
import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import type { WorkerIdentity, WorkerJob, WorkerSettings } from "./messages.js";
import { forkWorker, type WorkerChannel } from "./worker-channel.js";

export type JobOutcome =
  | { readonly kind: "done"; readonly result: FrameResult }
  | { readonly kind: "failed"; readonly failure: Failure };

export interface WorkerPoolOptions {
  readonly size: number;
  readonly settings: WorkerSettings;
  /** A frame may take so long; read anew for each frame. */
  readonly frameMs: () => number;
}

export interface WorkerPoolDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Left out: real processes. */
  readonly fork?: (onText: (line: string) => void) => WorkerChannel;
}

export interface WorkerStatus {
  readonly pid: number | undefined;
  readonly state: "starting" | "idle" | "busy" | "ended";
  /** For how long it has been at its frame, milliseconds; 0 unless busy. */
  readonly busyMs: number;
}

interface Slot {
  readonly number: number;
  channel: WorkerChannel | undefined;
  state: WorkerStatus["state"];
  /** When the job in hand was given (monotonic). */
  givenMs: number;
  /** Ends the job in hand; set while busy. */
  settle: ((outcome: JobOutcome) => void) | undefined;
  /** Deaths in a row without a frame finished in between: the pause before the next start grows with them. */
  deaths: number;
}

const START_MS = 180_000;
const LONGEST_PAUSE_MS = 30_000;

/** Keeps `size` worker processes alive and hands each one frame at a time. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #deps: WorkerPoolDeps;
  readonly #slots: Slot[];
  readonly #waiting: (() => void)[] = [];
  readonly #stopping = new AbortController();
  #identity: WorkerIdentity | undefined;

  constructor(options: WorkerPoolOptions, deps: WorkerPoolDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#slots = Array.from({ length: options.size }, (_, number) => ({
      number,
      channel: undefined,
      state: "ended",
      givenMs: 0,
      settle: undefined,
      deaths: 0,
    }));
  }

  /**
   * Starts all workers.
   * @returns what the first one is.
   * @throws what makes a worker unfit: RF_ENGINE_MISSING, RF_MODEL_MISSING, RF_MODEL_INVALID, …
   */
  async start(): Promise<WorkerIdentity> {
    const [first, ...others] = this.#slots;
    if (!first) throw new RangeError("a pool without workers");
    // One first: if it is unfit they all are, and the reason is told once.
    this.#identity = await this.#launch(first);
    for (const slot of others) void this.#keepAlive(slot);
    return this.#identity;
  }

  /** Works on one frame, as soon as a worker is free. Never rejects. */
  async run(job: WorkerJob): Promise<JobOutcome> {
    for (;;) {
      if (this.#stopping.signal.aborted) return failed("RF_WORKER_DIED", "refocusd is stopping");
      const slot = this.#slots.find(({ state }) => state === "idle");
      if (slot) return this.#give(slot, job);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Each worker. */
  status(): readonly WorkerStatus[] {
    const nowMs = this.#deps.clock.monotonic();
    return this.#slots.map(({ channel, state, givenMs }) => ({
      pid: channel?.pid,
      state,
      busyMs: state === "busy" ? Math.round(nowMs - givenMs) : 0,
    }));
  }

  /** Ends all workers at once; a frame in hand fails with RF_WORKER_DIED. Let them finish first by awaiting `run`. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    const ends = this.#slots.map(({ channel, state }) => {
      if (!channel || state === "ended") return Promise.resolve();
      const end = new Promise<void>((resolve) => channel.onEnd(() => resolve()));
      channel.close();
      // One that hangs in native code does not notice that its channel is closed.
      const enough = new AbortController();
      void this.#deps.clock.sleep(2_000, enough.signal).then(() => {
        if (!enough.signal.aborted) channel.kill();
      });
      return end.finally(() => enough.abort());
    });
    await Promise.all(ends);
  }

  #give(slot: Slot, job: WorkerJob): Promise<JobOutcome> {
    const { channel } = slot;
    slot.state = "busy";
    slot.givenMs = this.#deps.clock.monotonic();
    return new Promise((resolve) => {
      const timer = new AbortController();
      slot.settle = (outcome) => {
        timer.abort();
        slot.settle = undefined;
        resolve(outcome);
      };
      const limit = this.#options.frameMs();
      void this.#deps.clock.sleep(limit, timer.signal).then(() => {
        if (timer.signal.aborted) return;
        const settle = slot.settle;
        slot.settle = undefined;
        channel?.kill();
        settle?.(failed("RF_WORKER_TIMEOUT", `longer than ${Math.round(limit / 1000)} s`));
      });
      channel?.send({ kind: "job", job });
    });
  }

  /** Starts a process in a slot and waits until it is ready. */
  async #launch(slot: Slot): Promise<WorkerIdentity> {
    const log = this.#deps.log.child({ worker: slot.number });
    const fork = this.#deps.fork ?? forkWorker;
    const channel = fork((line) => log.warn("worker says", { text: line }));
    slot.channel = channel;
    slot.state = "starting";
    const late = new AbortController();
    try {
      return await new Promise<WorkerIdentity>((resolve, reject) => {
        channel.onEnd((how) => {
          reject(new RefocusdError("RF_WORKER_DIED", `${how} while it started`));
          this.#ended(slot, channel, how);
        });
        channel.onMessage((message) => {
          switch (message.kind) {
            case "note":
              log.warn(message.text);
              break;
            case "ready":
              slot.state = "idle";
              resolve(message.identity);
              this.#wake();
              break;
            case "unfit":
              reject(new RefocusdError(message.failure.code as ErrorCode, message.failure.detail));
              channel.close();
              break;
            case "done":
            case "failed":
              slot.deaths = 0;
              slot.state = "idle";
              slot.settle?.(
                message.kind === "done"
                  ? { kind: "done", result: message.result }
                  : { kind: "failed", failure: message.failure },
              );
              this.#wake();
              break;
          }
        });
        void this.#deps.clock.sleep(START_MS, late.signal).then(() => {
          if (late.signal.aborted) return;
          reject(new RefocusdError("RF_WORKER_TIMEOUT", `not ready after ${START_MS / 1000} s`));
          channel.kill();
        });
        channel.send({ kind: "start", settings: this.#options.settings });
      });
    } finally {
      late.abort();
    }
  }

  #ended(slot: Slot, channel: WorkerChannel, how: string): void {
    if (slot.channel !== channel) return;
    const wasReady = slot.state === "idle" || slot.state === "busy";
    slot.state = "ended";
    slot.settle?.(failed("RF_WORKER_DIED", how));
    if (this.#stopping.signal.aborted || !wasReady) return;
    this.#deps.log.warn("a worker ended, starting another", { worker: slot.number, how });
    void this.#keepAlive(slot);
  }

  /** Starts a worker again until it lives, with a growing pause between attempts. */
  async #keepAlive(slot: Slot): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (slot.deaths > 0) {
        const pause = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** slot.deaths);
        await this.#deps.clock.sleep(pause, this.#stopping.signal);
        if (this.#stopping.signal.aborted) return;
      }
      slot.deaths++;
      try {
        await this.#launch(slot);
        return;
      } catch (error) {
        // Ended while it started because everything ends: no news.
        if (this.#stopping.signal.aborted) return;
        this.#deps.log.error("a worker could not start", { worker: slot.number, error: asRefocusdError(error) });
      }
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function failed(code: ErrorCode, detail: string): JobOutcome {
  return { kind: "failed", failure: { code, detail } };
}
