/**
 * Area under the receiver operating characteristic: how often a positive scores above a negative, ties counted half (Mann-Whitney).
 * NaN when one of the two is empty.
 */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  const all = [
    ...positives.map((score) => ({ score, positive: true })),
    ...negatives.map((score) => ({ score, positive: false })),
  ].sort((a, b) => a.score - b.score);
  let below = 0;
  let wins = 0;
  for (let i = 0; i < all.length; ) {
    let end = i;
    let tiedPositives = 0;
    while (end < all.length && all[end]!.score === all[i]!.score) tiedPositives += all[end++]!.positive ? 1 : 0;
    const tiedNegatives = end - i - tiedPositives;
    wins += tiedPositives * (below + tiedNegatives / 2);
    below += tiedNegatives;
    i = end;
  }
  return wins / (positives.length * negatives.length);
}
