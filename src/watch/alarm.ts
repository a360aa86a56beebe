import type { Clock } from "../system/clock.js";

/** Longest sleep, ms: timers overflow at 2^31 ms, and waking once an hour costs nothing. */
const LONGEST_MS = 3_600_000;

/** A sleep that can be cut short from elsewhere. A ring while nobody sleeps cuts the next sleep short. */
export class Alarm {
  readonly #clock: Clock;
  // One controller per ring: AbortSignal.any on a signal that lives as long as the daemon would pile up listeners.
  #bell = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#bell.abort();
  }

  /** Sleeps until `untilMs` (monotonic; `undefined`: until rung), and may return early. */
  async sleep(untilMs: number | undefined): Promise<void> {
    const ms = untilMs === undefined ? LONGEST_MS : untilMs - this.#clock.monotonic();
    if (ms > 0) await this.#clock.sleep(Math.min(ms, LONGEST_MS), this.#bell.signal);
    if (this.#bell.signal.aborted) this.#bell = new AbortController();
  }
}
