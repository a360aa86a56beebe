/** The known name that was probably meant, or undefined when nothing is near. */
export function suggest(unknown: string, known: readonly string[]): string | undefined {
  // A third of the letters: "intervall" is near "interval", "path" is not near "state".
  const limit = Math.max(1, Math.floor(unknown.length / 3));
  const ranked = known
    .map((name) => ({ name, distance: editDistance(simplify(unknown), simplify(name)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/** quiet_seconds, quiet-seconds and QuietSeconds all mean quietSeconds. */
function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}

/** Levenshtein distance: how many letters to insert, delete or replace. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
