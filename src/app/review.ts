import { resolve } from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Review } from "../ledger/reviews.js";
import type { Clock } from "../system/clock.js";
import { printable } from "./frame-text.js";

export interface ReviewDeps {
  readonly ledger: Pick<Ledger, "reviewCandidates" | "review">;
  readonly clock: Clock;
}

export interface ReviewReport extends Review {
  readonly path: string;
  readonly page: number;
}

/**
 * Writes down what a person says of a frame, beside a running daemon or without one.
 * @param page from 0; left out: the only one
 * @throws RF_NOT_JUDGED for a file that has no verdict, RF_USAGE where a page has to be named
 */
export function reviewFrame(
  file: string,
  page: number | undefined,
  review: Review,
  { ledger, clock }: ReviewDeps,
): ReviewReport {
  const path = resolve(file);
  const frames = ledger.reviewCandidates(path);
  if (frames.length > 1 && page === undefined)
    throw new RefocusdError("RF_USAGE", `${path} has ${frames.length} pages: name one with --page, from 0`);
  const frame = frames.find((one) => one.page === (page ?? frames[0]?.page));
  // What is said is said of bytes that are known, and is of use where it can be held against the verdict on them.
  if (frame?.state !== "done") throw new RefocusdError("RF_NOT_JUDGED", path);
  ledger.review(frame.id, review, clock.now());
  return { path, page: frame.page, ...review };
}

export function reviewText({ path, page, verdict, reviewer }: ReviewReport): string {
  return `${printable(path)}${page > 0 ? ` page ${page}` : ""}: ${verdict}, says ${printable(reviewer)}\n`;
}
