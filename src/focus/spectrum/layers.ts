/** A dense layer: a row of weights and a bias for each output. */
export interface DenseLayer {
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/** What dense layers with ReLU between them, and none after the last, make of a vector. 2,000 multiplications: no engine is needed. */
export function runLayers(layers: readonly DenseLayer[], input: ArrayLike<number>): number[] {
  let values: number[] = Array.from(input);
  for (const [index, { weights, bias }] of layers.entries()) {
    const isLast = index === layers.length - 1;
    values = weights.map((row, k) => {
      const sum = row.reduce((total, weight, i) => total + weight * values[i]!, bias[k]!);
      return isLast ? sum : Math.max(0, sum);
    });
  }
  return values;
}
