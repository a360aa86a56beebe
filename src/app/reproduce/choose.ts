import type { FrameStory } from "../../ledger/story.js";

export interface Wanted {
  /** Absolute; of a source or of a reconstruction. */
  readonly path: string;
  /** Only this page of the source, from 0. */
  readonly page?: number | undefined;
}

/**
 * The frames to be run again: of a reconstruction the one that it was made from; of a source all pages of the content that it has now,
 * or, where it has none that the ledger knows, of its newest.
 * @param found the file's SHA-256 now; null where it is not there
 */
export function chooseFrames(
  stories: readonly FrameStory[],
  { path, page }: Wanted,
  found: string | null,
): FrameStory[] {
  const judged = stories.filter((story) => story.state === "done" && (page === undefined || story.page === page));
  const made = judged.filter((story) => story.reconstruction?.path === path);
  if (made.length > 0) return made.slice(-1);
  const asItIs = judged.filter(({ sha256 }) => sha256 === found);
  const from = asItIs.length > 0 ? asItIs : judged;
  const newest = Math.max(...from.map(({ revision }) => revision));
  return from.filter(({ revision }) => revision === newest);
}
