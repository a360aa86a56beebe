import type { Store } from "./database.js";
import type { NoteEvent } from "./events.js";
import type { FrameState } from "./types.js";

/** What a person who looked at a frame can say of it. */
export const REVIEW_VERDICTS = ["focused", "defocused"] as const;
export type ReviewVerdict = (typeof REVIEW_VERDICTS)[number];

export interface Review {
  readonly verdict: ReviewVerdict;
  readonly reviewer: string;
  readonly note: string | null;
}

export interface ReviewCandidate {
  readonly id: number;
  readonly path: string;
  readonly page: number;
  readonly state: FrameState;
}

export interface ReviewsRepository {
  /** The frames of a file's newest content, by page; none if the ledger does not know it. */
  reviewCandidates(path: string): ReviewCandidate[];
  /** Writes down what somebody said of a frame. Verdicts stay as they are; the newest review of a frame counts, and older ones stay. */
  review(frameId: number, review: Review, at: number): void;
}

export function createReviews(store: Store, note: NoteEvent): ReviewsRepository {
  const { db } = store;
  const ofPath = db.prepare("SELECT id, path, page, state FROM frames WHERE is_current = 1 AND path = ? ORDER BY page");
  const insert = db.prepare(
    "INSERT INTO reviews (frame_id, reviewer, verdict, note, reviewed_ms) VALUES (?, ?, ?, ?, ?)",
  );
  return {
    reviewCandidates: (path) => ofPath.all(path) as ReviewCandidate[],
    review(frameId, { verdict, reviewer, note: words }, at) {
      store.atomic(() => {
        insert.run(frameId, reviewer, verdict, words, Math.round(at));
        note("reviewed", frameId, { verdict, reviewer, note: words }, at);
      });
    },
  };
}
