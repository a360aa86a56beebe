import type { Ledger } from "../ledger/ledger.js";
import { ledgerBytes } from "../ledger/size.js";
import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";

export interface LedgerSizeDeps {
  readonly ledger: Pick<Ledger, "path" | "event">;
  readonly clock: Clock;
  readonly log: Log;
}

/** A ledger that is too large stays so for a while: said once a day, not at each look. */
const REPEAT_MS = 86_400_000;

/** Whether it is to be said now that a ledger of this size is too large. */
export function isTimeToWarn(bytes: number, limit: number, warnedMs: number | undefined, now: number): boolean {
  return bytes > limit && (warnedMs === undefined || now - warnedMs >= REPEAT_MS);
}

/** @returns a look at the ledger's size, to be taken now and then; it warns, and writes an event, above `limit` bytes. */
export function watchLedgerSize(limit: number, { ledger, clock, log }: LedgerSizeDeps): () => void {
  let warnedMs: number | undefined;
  return () => {
    const bytes = ledgerBytes(ledger.path);
    const now = clock.now();
    if (!isTimeToWarn(bytes, limit, warnedMs, now)) return;
    warnedMs = now;
    const megabytes = Math.round(bytes / 1e6);
    ledger.event("ledger-large", null, { megabytes, warnMegabytes: Math.round(limit / 1e6) }, now);
    log.warn("the ledger has grown large: let old stories leave it (ledger.keepDays), or raise ledger.warnMegabytes", {
      ledger: ledger.path,
      megabytes,
    });
  };
}
