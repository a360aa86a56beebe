/** Spearman's rank correlation; ties get the rank of the first. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  return correlation(ranks(a), ranks(b));
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, k) => k).sort((i, j) => values[i]! - values[j]!);
  const found = Array<number>(values.length);
  for (const [rank, k] of order.entries()) found[k] = rank;
  return found;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [k, x] of a.entries()) {
    ab += (x - ma) * (b[k]! - mb);
    aa += (x - ma) ** 2;
    bb += (b[k]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Least squares: the weights w for which rows · w is nearest to `values`. */
export function fitLine(rows: readonly (readonly number[])[], values: readonly number[]): number[] {
  const n = rows[0]!.length;
  const square = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
  const right = Array.from({ length: n }, (_, i) => rows.reduce((sum, row, k) => sum + row[i]! * values[k]!, 0));
  return multiply(inverse(square), right);
}

export function multiply(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, value, k) => sum + value * vector[k]!, 0));
}

/** Gauss and Jordan, with the largest pivot of each column. */
export function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const work = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(work[r]![c]!) > Math.abs(work[pivot]![c]!)) pivot = r;
    [work[c], work[pivot]] = [work[pivot]!, work[c]!];
    const by = work[c]![c]!;
    if (by === 0) throw new RangeError("the matrix has no inverse");
    for (let k = 0; k < 2 * n; k++) work[c]![k]! /= by;
    for (let r = 0; r < n; r++) {
      const factor = r === c ? 0 : work[r]![c]!;
      for (let k = 0; k < 2 * n; k++) work[r]![k]! -= factor * work[c]![k]!;
    }
  }
  return work.map((row) => row.slice(n));
}
