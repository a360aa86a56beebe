export type Permutation = readonly [number, number, number, number];

// tfjs keeps kernels as [height, width, in, out] (transposed convolution: [height, width, out, in]), ONNX as
// [out, in, height, width] (transposed convolution: [in, out, height, width]). One permutation serves both.
export const KERNEL_TO_ONNX: Permutation = [3, 2, 0, 1];
export const KERNEL_FROM_ONNX: Permutation = [2, 3, 1, 0];

/**
 * Reorders the axes of a 4-D array: axis `i` of the result is axis `order[i]` of `values`. Nothing is rounded, so the inverse
 * permutation gives back the same bits.
 */
export function permute(values: Float32Array, shape: readonly number[], order: Permutation): Float32Array {
  const [s0, s1, s2, s3] = shape;
  if (s0 === undefined || s1 === undefined || s2 === undefined || s3 === undefined) {
    throw new RangeError(`a kernel has 4 axes, not ${shape.length}`);
  }
  const strides = [s1 * s2 * s3, s2 * s3, s3, 1];
  const [n0, n1, n2, n3] = permuteShape(shape, order) as [number, number, number, number];
  const [t0, t1, t2, t3] = order.map((axis) => strides[axis]) as [number, number, number, number];
  const result = new Float32Array(values.length);
  let to = 0;
  for (let a = 0; a < n0; a++) {
    for (let b = 0; b < n1; b++) {
      for (let c = 0; c < n2; c++) {
        const from = a * t0 + b * t1 + c * t2;
        for (let d = 0; d < n3; d++) result[to++] = values[from + d * t3]!;
      }
    }
  }
  return result;
}

export function permuteShape(shape: readonly number[], order: Permutation): number[] {
  return order.map((axis) => shape[axis]!);
}
