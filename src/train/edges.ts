import { mapPlane, type Plane } from "./plane.js";

/** A square piece of a plane; outside the plane goes on as in a mirror. */
export function cropMirrored(plane: Plane, left: number, top: number, side: number): Plane {
  const fold = (i: number, n: number) => {
    const k = ((i % (2 * n)) + 2 * n) % (2 * n);
    return k < n ? k : 2 * n - 1 - k;
  };
  const columns = Int32Array.from({ length: side }, (_, x) => fold(left + x, plane.width));
  const data = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const row = fold(top + y, plane.height) * plane.width;
    for (let x = 0; x < side; x++) data[y * side + x] = plane.data[row + columns[x]!]!;
  }
  return { width: side, height: side, data };
}

/** Fades a square plane to `background` over the outer `margin` pixels, so that it wraps around without a step. */
export function fade(plane: Plane, background: number, margin: number): Plane {
  const n = plane.width;
  const weight = (i: number) => {
    const edge = Math.min(i, n - 1 - i);
    return edge >= margin ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * (edge + 0.5)) / margin);
  };
  const weights = Float32Array.from({ length: n }, (_, i) => weight(i));
  return mapPlane(
    plane,
    (value, i) => background + (value - background) * weights[i % n]! * weights[Math.floor(i / n)]!,
  );
}
