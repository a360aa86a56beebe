import type { FrameState, PathStat } from "./types.js";

/** What the ledger holds of a path's newest content. */
export interface NewestRevision {
  readonly revision: number;
  /** Of its pages; at least one. */
  readonly states: readonly FrameState[];
  /** `null` as long as the content was never complete. */
  readonly sha256: string | null;
  readonly stat: PathStat | null;
  readonly errorCode: string | null;
}

/** What is to be written for a path. */
export type RevisionPlan =
  /** Nothing: the ledger says so already. */
  | { readonly kind: "none" }
  /** A new content: its rows are added, and what was still to be done for the old one is superseded. */
  | { readonly kind: "insert"; readonly revision: number }
  /** The row `seen` goes on. */
  | { readonly kind: "advance"; readonly revision: number }
  /** The same content under another stat (touched, or copied over itself). */
  | { readonly kind: "restat"; readonly revision: number }
  /** Still not a frame, but for another reason or with another size. */
  | { readonly kind: "amend"; readonly revision: number };

export function planSeen(newest: NewestRevision | undefined): RevisionPlan {
  if (newest === undefined) return { kind: "insert", revision: 1 };
  if (newest.states.includes("gone")) return { kind: "insert", revision: newest.revision + 1 };
  return { kind: "none" };
}

/** @param sha256 of the settled file. */
export function planSettled(newest: NewestRevision | undefined, sha256: string): RevisionPlan {
  if (newest === undefined) return { kind: "insert", revision: 1 };
  if (newest.states.includes("seen")) return { kind: "advance", revision: newest.revision };
  // A file that went and came back is judged, even if it came back unchanged.
  if (newest.sha256 === sha256 && !newest.states.includes("gone")) return { kind: "restat", revision: newest.revision };
  return { kind: "insert", revision: newest.revision + 1 };
}

export function planRejected(newest: NewestRevision | undefined, stat: PathStat, code: string): RevisionPlan {
  if (newest === undefined) return { kind: "insert", revision: 1 };
  const { revision, states } = newest;
  if (states.includes("seen")) return { kind: "advance", revision };
  if (states.includes("gone")) return { kind: "insert", revision: revision + 1 };
  if (newest.sha256 === null) {
    return newest.errorCode === code && sameStat(newest.stat, stat) ? { kind: "none" } : { kind: "amend", revision };
  }
  // Same size and mtime: only its permissions changed (ctime). A verdict that exists must not vanish behind that.
  if (newest.stat?.size === stat.size && newest.stat.mtimeMs === stat.mtimeMs) return { kind: "restat", revision };
  return { kind: "insert", revision: revision + 1 };
}

export function sameStat(a: PathStat | null, b: PathStat): boolean {
  return a !== null && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}
