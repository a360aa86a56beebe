import { cropPlane, dihedral, mapPlane, type Plane } from "../plane.js";
import { createRandom, type Random } from "../random.js";

/** Camera noise of a relative intensity image, as a fixed draw that several images can share. */
export interface NoiseDraw {
  /** s.d. relative to the background, where the image is 1. */
  readonly sd: number;
  /** Where in the store of normal deviates the draw begins. */
  readonly offset: number;
}

/** Normal deviates made once: drawing 280,000 of them for each example took as long as reading it. */
const store = (() => {
  const random = createRandom(20_260_101);
  return Float32Array.from({ length: 1 << 20 }, () => random.normal());
})();

/** From a clean 16-bit camera (0.2 %) to a dim exposure (2 %); `share` of the draws have none. */
export function drawNoise(random: Random, share = 0.25): NoiseDraw {
  return {
    sd: random.chance(share) ? 0 : random.logBetween(0.002, 0.02),
    offset: random.integer(0, store.length - 1),
  };
}

/** Shot noise grows with the root of the signal. */
export function addNoise(plane: Plane, noise: NoiseDraw): Plane {
  if (noise.sd === 0) return plane;
  return mapPlane(
    plane,
    (value, i) => value + noise.sd * Math.sqrt(Math.max(0, value)) * store[(i + noise.offset) % store.length]!,
  );
}

/** A random square of `side` pixels, in one of its eight orientations: the same for all planes. */
export function drawCrop(planes: readonly Plane[], side: number, random: Random): Plane[] {
  const [first] = planes;
  if (!first) return [];
  const left = random.integer(0, first.width - side);
  const top = random.integer(0, first.height - side);
  const symmetry = random.integer(0, 7);
  return planes.map((plane) => dihedral(cropPlane(plane, left, top, side, side), symmetry));
}
