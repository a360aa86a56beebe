import { asRefocusdError } from "../../errors/refocusd-error.js";
import type { Ledger } from "../../ledger/ledger.js";
import { nextFrameQuery } from "../../ledger/queue.js";
import type { Dispatcher } from "../../pipeline/dispatcher.js";
import type { WorkerPool } from "../../pipeline/worker-pool.js";
import type { Look } from "../../service/notify.js";
import type { FrameFacts } from "../../service/status-line.js";
import type { Clock } from "../../system/clock.js";
import type { WatcherStatus } from "../../watch/watched-folder.js";
import type { DoneToday } from "./done-today.js";

export interface PulseSources {
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, "select">;
  readonly pool: Pick<WorkerPool, "status">;
  readonly dispatcher: Pick<Dispatcher, "refusal" | "held">;
  readonly watchers: readonly WatcherStatus[];
  readonly frameLimitMs: number;
  readonly doneToday: DoneToday;
}

// Each is answered from an index alone, as this is asked again and again: so 50,000 waiting frames are counted in 0.05 s.
const BEGUN = "SELECT coalesce(max(id), 0) AS n FROM attempts";
const IN_HAND = "SELECT count(*) AS n FROM frames WHERE state = 'working'";
const WAITING = "SELECT count(*) AS n FROM frames WHERE state = 'ready'";
// Only a frame that failed has to wait for a moment.
const RETRYING = "SELECT count(*) AS n FROM frames WHERE state = 'ready' AND not_before_ms > 0";
const SET_ASIDE = "SELECT count(*) AS n FROM frames WHERE root = ? AND state = 'quarantined' AND is_current = 1";

/** Looks at every part of the pipeline once. Never throws: a ledger that does not answer is part of the finding. */
export function takePulse(sources: PulseSources): Look {
  const { clock, pool, dispatcher, watchers, frameLimitMs } = sources;
  const found = askLedger(sources);
  return {
    pulse: {
      atMs: clock.monotonic(),
      scans: watchers.map(({ path, scanLateMs }) => ({ folder: path, lateMs: scanLateMs })),
      workers: pool.status(),
      frameLimitMs,
      queue:
        typeof found === "string"
          ? { kind: "silent", why: found }
          : { kind: "answered", due: found.due, begun: found.begun, refusal: dispatcher.refusal },
    },
    folders: watchers.map(({ path, rootPresent }) => ({ path, missing: rootPresent === false })),
    frames: typeof found === "string" ? undefined : found,
  };
}

interface Found extends FrameFacts {
  readonly due: boolean;
  readonly begun: number;
}

/** @returns what it says, or why it says nothing. */
function askLedger({ ledger, clock, watchers, dispatcher, doneToday }: PulseSources): Found | string {
  const now = Math.round(clock.now());
  const count = (sql: string, ...parameters: unknown[]) => ledger.select<{ n: number }>(sql, ...parameters)[0]?.n ?? 0;
  try {
    // A frame that waits for space on the disk is not due: a restart would not give it any.
    const { sql, values } = nextFrameQuery(now, dispatcher.held);
    const setAside = watchers.map(({ path }) => count(SET_ASIDE, path));
    return {
      due: ledger.select(sql, values).length > 0,
      begun: count(BEGUN),
      inHand: count(IN_HAND),
      waiting: count(WAITING),
      doneToday: doneToday.count(ledger, now),
      problems: setAside.reduce((sum, n) => sum + n, count(RETRYING)),
    };
  } catch (error) {
    return asRefocusdError(error).message;
  }
}
