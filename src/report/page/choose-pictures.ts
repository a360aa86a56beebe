/** A reconstruction that could be shown. */
export interface Candidate {
  readonly frameId: number;
  /** Reconstructions that share it are of one position. */
  readonly place: string;
  readonly trust: number | null;
  readonly p: number | null;
}

/**
 * Which reconstructions are shown where there are more than `limit`: of each position the one that deserves a look most (least trust, else
 * furthest out of focus), then of each the next one.
 */
export function choosePictures<C extends Candidate>(all: readonly C[], limit: number): C[] {
  const worstFirst = all.toSorted(
    (a, b) => (a.trust ?? 1) - (b.trust ?? 1) || (b.p ?? 0) - (a.p ?? 0) || a.frameId - b.frameId,
  );
  const seen = new Map<string, number>();
  const rounds = worstFirst.map((each) => {
    const round = seen.get(each.place) ?? 0;
    seen.set(each.place, round + 1);
    return { each, round };
  });
  return rounds
    .toSorted((a, b) => a.round - b.round)
    .slice(0, limit)
    .map(({ each }) => each);
}
