import { asRefocusdError } from "../errors/refocusd-error.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Dispatcher } from "../pipeline/dispatcher.js";
import type { WorkerPool } from "../pipeline/worker-pool.js";
import { dayAt, dayRange, localTimeZone } from "../report/local-day.js";
import type { Look } from "../service/notify.js";
import type { Clock } from "../system/clock.js";
import type { WatcherStatus } from "../watch/watched-folder.js";

export interface PulseSources {
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, "select">;
  readonly pool: Pick<WorkerPool, "status">;
  readonly dispatcher: Pick<Dispatcher, "refusal">;
  readonly watchers: readonly WatcherStatus[];
  readonly frameLimitMs: number;
}

// The queue's own notion of what can be begun (ledger/queue.ts): due, and no other content of the same file in hand.
const DUE = `EXISTS (SELECT 1 FROM frames f WHERE f.state = 'ready' AND f.not_before_ms <= @now AND NOT EXISTS
  (SELECT 1 FROM frames w WHERE w.state = 'working' AND w.path = f.path AND w.page = f.page))`;
const SQL = `SELECT ${DUE} AS due,
  (SELECT coalesce(max(id), 0) FROM attempts) AS begun,
  (SELECT count(*) FROM frames WHERE state = 'working') AS inHand,
  (SELECT count(*) FROM frames WHERE state = 'ready') AS waiting,
  (SELECT count(*) FROM frames WHERE finished_ms >= @midnight AND state = 'done' AND is_current = 1) AS doneToday,
  (SELECT count(*) FROM frames WHERE finished_ms >= @midnight AND state IN ('quarantined', 'gone') AND is_current = 1)
    + (SELECT count(*) FROM frames WHERE state = 'ready' AND error_code IS NOT NULL) AS problems`;

interface Row {
  readonly due: number;
  readonly begun: number;
  readonly inHand: number;
  readonly waiting: number;
  readonly doneToday: number;
  readonly problems: number;
}

/** Looks at every part of the pipeline once. Never throws: a ledger that does not answer is part of the finding. */
export function takePulse({ clock, ledger, pool, dispatcher, watchers, frameLimitMs }: PulseSources): Look {
  const found = askLedger(ledger, clock.now());
  return {
    pulse: {
      atMs: clock.monotonic(),
      scans: watchers.map(({ path, scanLateMs }) => ({ folder: path, lateMs: scanLateMs })),
      workers: pool.status(),
      frameLimitMs,
      queue:
        typeof found === "string"
          ? { kind: "silent", why: found }
          : { kind: "answered", due: found.due === 1, begun: found.begun, refusal: dispatcher.refusal },
    },
    folders: watchers.map(({ path, rootPresent }) => ({ path, missing: rootPresent === false })),
    frames: typeof found === "string" ? undefined : found,
  };
}

/** @returns the row, or why there is none. */
function askLedger(ledger: Pick<Ledger, "select">, now: number): Row | string {
  const zone = localTimeZone();
  try {
    const midnight = dayRange(dayAt(now, zone), zone).startMs;
    const [row] = ledger.select<Row>(SQL, { now: Math.round(now), midnight });
    return row ?? "it gave no row";
  } catch (error) {
    return asRefocusdError(error).message;
  }
}
