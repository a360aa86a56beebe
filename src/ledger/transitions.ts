import type { AfterFailure, FrameState } from "./types.js";

/** Where a frame may go from each state. The database holds the same table in a trigger (migrations/002-requeue-and-archive.sql). */
export const LEGAL_TRANSITIONS: Readonly<Record<FrameState, readonly FrameState[]>> = {
  seen: ["ready", "quarantined", "gone"],
  ready: ["working", "gone", "superseded"],
  working: ["ready", "done", "quarantined", "gone", "superseded"],
  done: [],
  // Only when people say so: `refocusd requeue`.
  quarantined: ["seen", "ready"],
  gone: [],
  superseded: [],
};

export function isLegalTransition(from: FrameState, to: FrameState): boolean {
  return LEGAL_TRANSITIONS[from].includes(to);
}

/** Nothing more happens to a frame in such a state by itself. */
export function isFinal(state: FrameState): boolean {
  return state === "quarantined" || LEGAL_TRANSITIONS[state].length === 0;
}

/** Where a frame that was being worked on goes when its attempt did not succeed. */
export function stateAfterFailure(
  isCurrent: boolean,
  code: string,
  next: AfterFailure["kind"],
): Exclude<FrameState, "seen" | "working" | "done"> {
  // The file has been overwritten meanwhile: its new content has a row of its own, trying the old one again is in vain.
  if (!isCurrent) return "superseded";
  if (next === "retry") return "ready";
  return code === "RF_SOURCE_GONE" ? "gone" : "quarantined";
}
