import { createRandom } from "../random.js";

const SIDE = 64;

/** Smooth noise of one grain per unit of length, s.d. about 0.4, repeating after 64 units. The same seed gives the same noise. */
export function valueNoise(seed: number): (x: number, y: number) => number {
  const random = createRandom(seed);
  const lattice = Float32Array.from({ length: SIDE * SIDE }, () => random.between(-1, 1));
  const value = (i: number, j: number) => lattice[(j & (SIDE - 1)) * SIDE + (i & (SIDE - 1))]!;
  const smooth = (t: number) => t * t * (3 - 2 * t);
  return (x, y) => {
    const i = Math.floor(x);
    const j = Math.floor(y);
    const tx = smooth(x - i);
    const ty = smooth(y - j);
    const top = value(i, j) * (1 - tx) + value(i + 1, j) * tx;
    const bottom = value(i, j + 1) * (1 - tx) + value(i + 1, j + 1) * tx;
    return top * (1 - ty) + bottom * ty;
  };
}
