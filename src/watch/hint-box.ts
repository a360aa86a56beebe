import type { Clock } from "../system/clock.js";
import type { HintKind } from "./hints.js";

/** Hints come in bursts, one per written strip: this many ms of them are handled together. */
const DEBOUNCE_MS = 30;
/** With more hinted paths than this a scan is cheaper than looking at each. */
const MOST_PATHS = 5_000;

/** Collects hints until it is time to look. */
export class HintBox {
  readonly #clock: Clock;
  readonly #kinds = new Map<string, HintKind>();
  #dueMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When the collected hints should be looked at (monotonic). */
  get dueMs(): number | undefined {
    return this.#dueMs;
  }

  /** @returns `first`: somebody has to be woken; `full`: not taken, a scan should do it. */
  put(path: string, kind: HintKind): "first" | "more" | "full" {
    if (this.#kinds.size >= MOST_PATHS) return "full";
    if (kind === "entry" || !this.#kinds.has(path)) this.#kinds.set(path, kind);
    if (this.#dueMs !== undefined) return "more";
    this.#dueMs = this.#clock.monotonic() + DEBOUNCE_MS;
    return "first";
  }

  takeAll(): [path: string, kind: HintKind][] {
    const all = [...this.#kinds];
    this.#kinds.clear();
    this.#dueMs = undefined;
    return all;
  }
}
