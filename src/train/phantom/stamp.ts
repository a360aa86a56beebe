import type { Plane } from "../plane.js";

/** A camera looking at a culture: `size` × `size` pixels of `pixelUm`, its corner at (left, top) µm. */
export interface View {
  readonly size: number;
  readonly pixelUm: number;
  readonly left: number;
  readonly top: number;
}

/** Adds `f(dx, dy)` (µm from the centre) to all pixels within `reach` µm of (x, y). */
export function stamp(
  plane: Plane,
  view: View,
  x: number,
  y: number,
  reach: number,
  f: (dx: number, dy: number) => number,
) {
  const px = (x - view.left) / view.pixelUm;
  const py = (y - view.top) / view.pixelUm;
  const r = reach / view.pixelUm + 1;
  const x0 = Math.max(0, Math.floor(px - r));
  const x1 = Math.min(view.size - 1, Math.ceil(px + r));
  const y0 = Math.max(0, Math.floor(py - r));
  const y1 = Math.min(view.size - 1, Math.ceil(py + r));
  for (let v = y0; v <= y1; v++) {
    for (let u = x0; u <= x1; u++) {
      plane.data[v * view.size + u]! += f((u - px) * view.pixelUm, (v - py) * view.pixelUm);
    }
  }
}
