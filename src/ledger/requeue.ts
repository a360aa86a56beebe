import type { Store } from "./database.js";
import type { NoteEvent } from "./events.js";
import type { FrameState } from "./types.js";

/** A frame that somebody may want to be tried again. */
export interface RequeueCandidate {
  readonly id: number;
  readonly path: string;
  readonly page: number;
  readonly state: FrameState;
  /** Null where the file never became a frame. */
  readonly sha256: string | null;
  readonly failedAttempts: number;
}

export type RequeuePlan =
  | { readonly kind: "requeue"; readonly to: "ready" | "seen" }
  /** With a clause that goes on after "it". */
  | { readonly kind: "leave"; readonly why: string };

/** What becomes of a frame that is to be put back: whatever failed gets another chance, nothing that is done is undone. */
export function planRequeue({ state, sha256, failedAttempts }: Omit<RequeueCandidate, "id" | "path">): RequeuePlan {
  switch (state) {
    case "quarantined":
      // A file that was rejected before it was ready has no hash and no pages yet: it has to settle anew.
      return { kind: "requeue", to: sha256 === null ? "seen" : "ready" };
    case "ready":
      if (failedAttempts > 0) return { kind: "requeue", to: "ready" };
      return { kind: "leave", why: "waits for its turn already" };
    case "seen":
      return { kind: "leave", why: "is not complete yet" };
    case "working":
      return { kind: "leave", why: "is being worked on" };
    case "done":
      return { kind: "leave", why: "has its verdict" };
    case "gone":
      return { kind: "leave", why: "was removed; it is judged by itself when it is put back" };
    case "superseded":
      return { kind: "leave", why: "was overwritten" };
  }
}

export interface RequeueRepository {
  /** The frames of a file's newest content; none if the ledger does not know it. */
  requeueCandidates(path: string): RequeueCandidate[];
  /**
   * `quarantined`: all that were set aside. `failed`: those at which work has failed, whether they were set aside for it or wait for
   * another attempt. Both: either. In the order of their rows.
   */
  requeueCandidatesOf(which: { readonly quarantined: boolean; readonly failed: boolean }): RequeueCandidate[];
  /**
   * Puts frames back, as backlog: what the microscope writes now goes first. Attempts are counted anew; the history stays.
   * @returns what became of each; a frame that has moved on since it was chosen is left.
   */
  requeue(ids: readonly number[], at: number): { readonly frame: RequeueCandidate; readonly plan: RequeuePlan }[];
}

const SELECT = `SELECT id, path, page, state, sha256, failed_attempts AS failedAttempts FROM frames
  WHERE is_current = 1`;

export function createRequeue(store: Store, note: NoteEvent): RequeueRepository {
  const { db } = store;
  const ofPath = db.prepare(`${SELECT} AND path = ? ORDER BY page`);
  const ofKind = db.prepare(
    `${SELECT} AND ((@quarantined AND state = 'quarantined')
       OR (@failed AND state IN ('quarantined', 'ready') AND failed_attempts > 0)) ORDER BY id`,
  );
  const byId = db.prepare(`${SELECT} AND id = ?`);
  const update = (state: string, more = "") =>
    db.prepare(
      `UPDATE frames SET state = '${state}', failed_attempts = 0, not_before_ms = 0, is_live = 0, error_code = NULL,
         error_detail = NULL, finished_ms = NULL${more} WHERE id = ?`,
    );
  const toReady = update("ready");
  // Without a stat the watcher does not know the file, and so looks at it again.
  const toSeen = update(
    "seen",
    ", size_bytes = NULL, mtime_ms = NULL, stat_size_bytes = NULL, stat_mtime_ms = NULL, stat_ctime_ms = NULL",
  );
  return {
    requeueCandidates: (path) => ofPath.all(path) as RequeueCandidate[],
    requeueCandidatesOf: ({ quarantined, failed }) =>
      ofKind.all({ quarantined: quarantined ? 1 : 0, failed: failed ? 1 : 0 }) as RequeueCandidate[],
    requeue(ids, at) {
      return store.atomic(() =>
        ids.flatMap((id) => {
          const frame = byId.get(id) as RequeueCandidate | undefined;
          if (frame === undefined) return [];
          const plan = planRequeue(frame);
          if (plan.kind === "requeue") {
            (plan.to === "seen" ? toSeen : toReady).run(id);
            note("requeued", id, { from: frame.state, to: plan.to, failedAttempts: frame.failedAttempts }, at);
          }
          return [{ frame, plan }];
        }),
      );
    },
  };
}
