/** What was found when the pipeline was looked at, at one moment. Times in milliseconds; `atMs` is monotonic. */
export interface Pulse {
  readonly atMs: number;
  readonly scans: readonly { readonly folder: string; readonly lateMs: number }[];
  readonly workers: readonly { readonly state: "starting" | "idle" | "busy" | "ended"; readonly busyMs: number }[];
  /** A frame may take so long; the worker pool ends it then. */
  readonly frameLimitMs: number;
  readonly queue: QueuePulse;
}

export type QueuePulse =
  | {
      readonly kind: "answered";
      /** Whether a frame could be begun now, if a worker is free. */
      readonly due: boolean;
      /** Attempts begun since the ledger was made: it grows while the queue moves. */
      readonly begun: number;
      /** Why nothing can be written into the ledger just now. A restart does not free a full disk. */
      readonly refusal: string | undefined;
    }
  | { readonly kind: "silent"; readonly why: string };

/** What must not stand still, and since when it has (monotonic); the time of the pulse while it has not. */
interface Still {
  readonly queueMs: number;
  readonly workersMs: number;
  readonly ledgerMs: number;
}

export interface Progress {
  readonly begun: number;
  readonly since: Still;
  /** What stands still, in words; empty while there is progress. */
  readonly stuck: readonly string[];
}

/** How long each may stand still, in milliseconds, before a restart is the better hope. */
export const PATIENCE = {
  /** A share that blinks answers again within this; a scan that lists slowly gives signs of life meanwhile. */
  scanMs: 120_000,
  /** After the time limit the pool kills the worker itself. One that is not gone after so long hangs in the kernel. */
  frameMs: 60_000,
  /** The dispatcher wakes within 2 s of anything. */
  queueMs: 120_000,
  /** Two starts of a worker (60 s each at most) and the pause between them. */
  workersMs: 180_000,
  /** SQLite gives up waiting for a lock after seconds. */
  ledgerMs: 60_000,
} as const;

/**
 * Whether the pipeline gets on, as far as can be told from what was found now and what was known before. That a process is alive says
 * little; a daemon whose scan hangs is alive and loses frames.
 * @param before undefined at the first look.
 */
export function judgeProgress(before: Progress | undefined, pulse: Pulse): Progress {
  const { atMs, queue } = pulse;
  const begun = queue.kind === "answered" ? queue.begun : (before?.begun ?? 0);
  const since: Still = {
    queueMs: before === undefined || queueMoves(before, pulse) ? atMs : before.since.queueMs,
    workersMs: before === undefined || pulse.workers.some(isReady) ? atMs : before.since.workersMs,
    ledgerMs: before === undefined || queue.kind === "answered" ? atMs : before.since.ledgerMs,
  };
  return { begun, since, stuck: [...whatIsLate(pulse), ...whatStandsStill(since, pulse)] };
}

function queueMoves(before: Progress, { queue, workers }: Pulse): boolean {
  // A silent ledger is counted by itself.
  if (queue.kind === "silent" || !queue.due || queue.refusal !== undefined) return true;
  return queue.begun !== before.begun || !workers.some(({ state }) => state === "idle");
}

function isReady({ state }: Pulse["workers"][number]): boolean {
  return state === "idle" || state === "busy";
}

function whatIsLate({ scans, workers, frameLimitMs }: Pulse): string[] {
  const late = scans.filter(({ lateMs }) => lateMs > PATIENCE.scanMs);
  const over = workers.filter(({ state, busyMs }) => state === "busy" && busyMs > frameLimitMs + PATIENCE.frameMs);
  return [
    ...late.map(({ folder, lateMs }) => `the scan of ${folder} has got nowhere for ${seconds(lateMs)}`),
    ...over.map(({ busyMs }) => `a frame has taken ${seconds(busyMs)}, its limit is ${seconds(frameLimitMs)}`),
  ];
}

function whatStandsStill(since: Still, { atMs, queue }: Pulse): string[] {
  const stuck: string[] = [];
  const queueMs = atMs - since.queueMs;
  if (queueMs > PATIENCE.queueMs)
    stuck.push(`frames wait and a worker is free, but none was begun for ${seconds(queueMs)}`);
  const workersMs = atMs - since.workersMs;
  if (workersMs > PATIENCE.workersMs) stuck.push(`no worker has been ready for ${seconds(workersMs)}`);
  const ledgerMs = atMs - since.ledgerMs;
  if (queue.kind === "silent" && ledgerMs > PATIENCE.ledgerMs)
    stuck.push(`the ledger has not answered for ${seconds(ledgerMs)}: ${queue.why}`);
  return stuck;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
