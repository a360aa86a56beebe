import { createPlane, type Plane } from "../plane.js";
import { createRandom } from "../random.js";
import type { Culture } from "./cells.js";
import type { View } from "./stamp.js";

/** Smooth noise on a lattice of the texture's grain: fixed to the substrate, so it is the same at every time point. */
export function substrate(culture: Culture, view: View): Plane {
  const plane = createPlane(view.size, view.size);
  const { phase, grainUm, seed } = culture.texture;
  const cells = Math.ceil(culture.sideUm / grainUm) + 3;
  const random = createRandom(seed);
  const lattice = Float32Array.from({ length: cells * cells }, () => random.normal());
  const value = (i: number, j: number) =>
    lattice[Math.min(cells - 1, Math.max(0, j)) * cells + Math.min(cells - 1, Math.max(0, i))]!;
  const smooth = (t: number) => t * t * (3 - 2 * t);
  for (let v = 0; v < view.size; v++) {
    const gy = (view.top + v * view.pixelUm) / grainUm + 1;
    const j = Math.floor(gy);
    const ty = smooth(gy - j);
    for (let u = 0; u < view.size; u++) {
      const gx = (view.left + u * view.pixelUm) / grainUm + 1;
      const i = Math.floor(gx);
      const tx = smooth(gx - i);
      const top = value(i, j) * (1 - tx) + value(i + 1, j) * tx;
      const bottom = value(i, j + 1) * (1 - tx) + value(i + 1, j + 1) * tx;
      plane.data[v * view.size + u] = phase * (top * (1 - ty) + bottom * ty);
    }
  }
  return plane;
}
