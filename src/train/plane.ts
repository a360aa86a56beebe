/** A square or rectangular field of real numbers, row by row: an image before it becomes counts. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export function createPlane(width: number, height: number, value = 0): Plane {
  const data = new Float32Array(width * height);
  if (value !== 0) data.fill(value);
  return { width, height, data };
}

export function mapPlane(plane: Plane, f: (value: number, index: number) => number): Plane {
  const data = new Float32Array(plane.data.length);
  for (let i = 0; i < data.length; i++) data[i] = f(plane.data[i]!, i);
  return { width: plane.width, height: plane.height, data };
}

export function cropPlane(plane: Plane, left: number, top: number, width: number, height: number): Plane {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * plane.width + left;
    data.set(plane.data.subarray(from, from + width), y * width);
  }
  return { width, height, data };
}

/** The value below which the given share (0 to 1) of the plane's values lies. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float32Array.from(values).sort();
  const at = Math.min(sorted.length - 1, Math.max(0, share * (sorted.length - 1)));
  const low = Math.floor(at);
  const a = sorted[low]!;
  const b = sorted[Math.min(sorted.length - 1, low + 1)]!;
  return a + (b - a) * (at - low);
}

export function meanAndSd(values: ArrayLike<number>): { mean: number; sd: number } {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return { mean, sd: Math.sqrt(squares / values.length) };
}

/** One of the 8 symmetries of the square, numbered 0 to 7; a square plane only. */
export function dihedral(plane: Plane, symmetry: number): Plane {
  const n = plane.width;
  const data = new Float32Array(plane.data.length);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      let u = symmetry & 1 ? n - 1 - x : x;
      let v = symmetry & 2 ? n - 1 - y : y;
      if (symmetry & 4) [u, v] = [v, u];
      data[y * n + x] = plane.data[v * n + u]!;
    }
  }
  return { width: n, height: n, data };
}
