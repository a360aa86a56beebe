import type { Store } from "./database.js";
import { FRAME_STATES, type FrameState, VERDICTS, type Verdict } from "./types.js";

export interface Counts {
  /** Frames in all: newest contents only. */
  readonly frames: number;
  readonly byState: Readonly<Record<FrameState, number>>;
  readonly byVerdict: Readonly<Record<Verdict, number>>;
}

export interface CountsRepository {
  /** Of all watched folders, or of one. */
  counts(root?: string): Counts;
}

export function createCounts({ db }: Store): CountsRepository {
  const sql = (where: string) =>
    `SELECT state, verdict, count(*) AS n FROM frames WHERE is_current = 1 ${where} GROUP BY state, verdict`;
  const ofAll = db.prepare(sql(""));
  const ofRoot = db.prepare(sql("AND root = ?"));
  return {
    counts(root) {
      const rows = (root === undefined ? ofAll.all() : ofRoot.all(root)) as CountRow[];
      return sumUp(rows);
    },
  };
}

interface CountRow {
  readonly state: FrameState;
  readonly verdict: Verdict | null;
  readonly n: number;
}

function sumUp(rows: readonly CountRow[]): Counts {
  const byState = zeros(FRAME_STATES);
  const byVerdict = zeros(VERDICTS);
  let frames = 0;
  for (const { state, verdict, n } of rows) {
    frames += n;
    byState[state] += n;
    if (verdict !== null) byVerdict[verdict] += n;
  }
  return { frames, byState, byVerdict };
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}
