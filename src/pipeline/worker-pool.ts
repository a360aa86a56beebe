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
  /** What to start workers with instead when one cannot start with these settings; left out or undefined: the same again. */
  readonly instead?: (error: RefocusdError, settings: WorkerSettings) => WorkerSettings | undefined;
  /** Told what each worker is, before it is given a frame. */
  readonly onReady?: (identity: WorkerIdentity) => void;
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
  /** Another worker has its place: it ends after the frame in hand. */
  retired: boolean;
}

const START_MS = 180_000;
const LONGEST_PAUSE_MS = 30_000;

/** Keeps `size` worker processes alive and hands each one frame at a time. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #deps: WorkerPoolDeps;
  readonly #slots: Slot[];
  /** Workers that start before they have a place, or end after they have lost it. */
  readonly #beside = new Set<Slot>();
  #settings: WorkerSettings;
  readonly #waiting: (() => void)[] = [];
  readonly #stopping = new AbortController();
  #identity: WorkerIdentity | undefined;

  constructor(options: WorkerPoolOptions, deps: WorkerPoolDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#settings = options.settings;
    this.#slots = Array.from({ length: options.size }, (_, number) => emptySlot(number));
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
    const identity = await this.#launch(first).catch((error: unknown) => {
      if (!this.#fallBack(asRefocusdError(error))) throw error;
      return this.#launch(first);
    });
    for (const slot of others) void this.#keepAlive(slot);
    return identity;
  }

  /** What the newest worker is; undefined before the start. */
  get identity(): WorkerIdentity | undefined {
    return this.#identity;
  }

  /**
   * Starts every worker anew with other settings, each between two frames: the old one goes on until the first new one is ready, and ends
   * after its frame in hand. Nothing changes when that one is unfit.
   * @throws what makes a worker unfit
   */
  async exchange(settings: WorkerSettings): Promise<WorkerIdentity> {
    const fresh = emptySlot(0);
    this.#beside.add(fresh);
    try {
      const identity = await this.#launch(fresh, settings);
      this.#settings = settings;
      this.#replaceAll(fresh);
      return identity;
    } finally {
      this.#beside.delete(fresh);
    }
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
    const all = [...this.#slots, ...[...this.#beside].filter(({ state }) => state === "busy")];
    return all.map(({ channel, state, givenMs }) => ({
      pid: channel?.pid,
      state,
      busyMs: state === "busy" ? Math.round(nowMs - givenMs) : 0,
    }));
  }

  /** Ends all workers at once; a frame in hand fails with RF_WORKER_DIED. Let them finish first by awaiting `run`. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    const ends = [...this.#slots, ...this.#beside].map(({ channel, state }) => {
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

  /** Each slot gets a new worker; those that were there end, at once or after the frame in hand. */
  #replaceAll(ready: Slot): void {
    for (const [k, old] of this.#slots.entries()) {
      const slot = k === 0 ? ready : emptySlot(k);
      this.#slots[k] = slot;
      old.retired = true;
      if (old.channel !== undefined && old.state !== "ended") this.#beside.add(old);
      if (old.state !== "busy") old.channel?.close();
      if (slot !== ready) void this.#keepAlive(slot);
    }
    this.#wake();
  }

  /** @returns whether there are other settings to start workers with */
  #fallBack(error: RefocusdError): boolean {
    const instead = this.#options.instead?.(error, this.#settings);
    if (instead === undefined) return false;
    this.#settings = instead;
    return true;
  }

  /** Starts a process in a slot and waits until it is ready. */
  async #launch(slot: Slot, settings = this.#settings): Promise<WorkerIdentity> {
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
              this.#identity = message.identity;
              this.#options.onReady?.(message.identity);
              if (slot.retired) channel.close();
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
              if (slot.retired) channel.close();
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
        channel.send({ kind: "start", settings });
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
    if (slot.retired) this.#beside.delete(slot);
    if (slot.retired || this.#stopping.signal.aborted || !wasReady) return;
    this.#deps.log.warn("a worker ended, starting another", { worker: slot.number, how });
    void this.#keepAlive(slot);
  }

  /** Starts a worker again until it lives, with a growing pause between attempts. */
  async #keepAlive(slot: Slot): Promise<void> {
    while (!this.#stopping.signal.aborted && !slot.retired) {
      if (slot.deaths > 0) {
        const pause = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** slot.deaths);
        await this.#deps.clock.sleep(pause, this.#stopping.signal);
        if (this.#stopping.signal.aborted || slot.retired) return;
      }
      slot.deaths++;
      try {
        await this.#launch(slot);
        return;
      } catch (error) {
        // Ended while it started because everything ends: no news.
        if (this.#stopping.signal.aborted || slot.retired) return;
        this.#deps.log.error("a worker could not start", { worker: slot.number, error: asRefocusdError(error) });
        // Others that still run with the settings of before go on until they end.
        if (this.#fallBack(asRefocusdError(error))) slot.deaths = 0;
      }
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function emptySlot(number: number): Slot {
  return { number, channel: undefined, state: "ended", givenMs: 0, settle: undefined, deaths: 0, retired: false };
}

function failed(code: ErrorCode, detail: string): JobOutcome {
  return { kind: "failed", failure: { code, detail } };
}
