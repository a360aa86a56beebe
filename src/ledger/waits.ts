import type { Store } from "./database.js";

export interface WaitsRepository {
  /**
   * Lets frames that wait for another attempt longer than `longestMs` from now have their turn at once: nobody waits so long by the
   * rules, so the clock was put back since.
   * @returns how many
   */
  shortenWaits(now: number, longestMs: number): number;
}

export function createWaits(store: Store): WaitsRepository {
  const shorten = store.db.prepare("UPDATE frames SET not_before_ms = 0 WHERE state = 'ready' AND not_before_ms > ?");
  return { shortenWaits: (now, longestMs) => store.atomic(() => shorten.run(now + longestMs).changes) };
}
