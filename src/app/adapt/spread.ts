/** A frame that could be adapted on. */
export interface Candidate {
  readonly path: string;
  readonly sha256: string;
  /** Which position it is of, in words; frames of one stay on one side of a measurement. */
  readonly place: string;
  /** When it was taken or came. */
  readonly atMs: number;
  /** A person said that it is in focus. */
  readonly isReviewed: boolean;
}

/** Of a position, so many are put in order; a few are wanted, and some more where files are gone. */
const MOST_OF_A_PLACE = 200;

/**
 * The order in which candidates are taken: reviewed ones first; then positions in turn, and of each position the one that lies farthest in
 * time from those of it that come before.
 */
export function spread(candidates: readonly Candidate[]): Candidate[] {
  const reviewed = candidates.filter(({ isReviewed }) => isReviewed);
  const others = candidates.filter(({ isReviewed }) => !isReviewed);
  return [...inTurn(reviewed, []), ...inTurn(others, reviewed)];
}

function inTurn(candidates: readonly Candidate[], before: readonly Candidate[]): Candidate[] {
  const queues = [...byPlace(candidates)].map(([place, all]) =>
    farApart(
      all,
      before.filter((one) => one.place === place),
    ),
  );
  const longest = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, k) => queues.flatMap((queue) => queue.slice(k, k + 1))).flat();
}

function byPlace(candidates: readonly Candidate[]): Map<string, Candidate[]> {
  const places = new Map<string, Candidate[]>();
  for (const one of candidates) {
    const own = places.get(one.place);
    if (own === undefined) places.set(one.place, [one]);
    else own.push(one);
  }
  return places;
}

function farApart(candidates: readonly Candidate[], before: readonly Candidate[]): Candidate[] {
  const away = candidates.map(({ atMs }) =>
    before.reduce((least, other) => Math.min(least, Math.abs(other.atMs - atMs)), Number.POSITIVE_INFINITY),
  );
  const order: Candidate[] = [];
  while (order.length < Math.min(candidates.length, MOST_OF_A_PLACE)) {
    const next = away.reduce((best, far, k) => (far > away[best]! ? k : best), 0);
    order.push(candidates[next]!);
    for (const [k, { atMs }] of candidates.entries())
      away[k] = Math.min(away[k]!, Math.abs(candidates[next]!.atMs - atMs));
    // Taken: never again, also where another has the same time.
    away[next] = -1;
  }
  return order;
}
