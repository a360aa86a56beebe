import { setImmediate as settled } from "node:timers/promises";
import type { Clock } from "../../../src/system/clock.js";

interface Timer {
  readonly atMs: number;
  readonly fire: () => void;
}

/** A clock that stands still until it is told to go on. Wall time starts in 2026, monotonic time at 0. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  #ms = 0;
  wallOffsetMs = Date.UTC(2026, 10, 23);

  now(): number {
    return this.wallOffsetMs + this.#ms;
  }

  monotonic(): number {
    return this.#ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const fire = () => {
        this.#timers.delete(timer);
        signal?.removeEventListener("abort", fire);
        resolve();
      };
      const timer: Timer = { atMs: this.#ms + ms, fire };
      if (signal?.aborted) return resolve();
      signal?.addEventListener("abort", fire, { once: true });
      this.#timers.add(timer);
    });
  }

  get sleepers(): number {
    return this.#timers.size;
  }

  /** Lets `ms` pass, waking every sleeper in its time and letting it run until it sleeps again. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#ms + ms;
    await settled();
    for (;;) {
      let next: Timer | undefined;
      for (const timer of this.#timers) if (next === undefined || timer.atMs < next.atMs) next = timer;
      if (next === undefined || next.atMs > untilMs) break;
      this.#ms = Math.max(this.#ms, next.atMs);
      next.fire();
      await settled();
    }
    this.#ms = untilMs;
    await settled();
  }
}
