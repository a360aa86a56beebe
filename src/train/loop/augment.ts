import { mapPlane, type Plane } from "../plane.js";
import { createRandom, type Random } from "../random.js";

/** Camera noise of a relative intensity image, as a fixed draw that several images can share. */
export interface NoiseDraw {
  /** s.d. relative to the background, where the image is 1. */
  readonly sd: number;
  /** Where in the store of normal deviates the draw begins. */
  readonly offset: number;
  /** Whether neighbouring pixels share it, as after a camera's own correction, an interpolation or a lossy export. */
  readonly grained: boolean;
}

/** Normal deviates made once: drawing 280,000 of them for each example took as long as reading it. */
const store = (() => {
  const random = createRandom(20_260_101);
  return Float32Array.from({ length: 1 << 20 }, () => random.normal());
})();

/** Else a network learns that white noise means focus: computed defocus smooths the noise that a real field had. */
const GRAINED_SHARE = 0.3;
/** Binomial weights of a pixel's neighbourhood, scaled to keep the s.d.: (1 2 1)ᵀ(1 2 1) / 6. */
const GRAIN = [1 / 6, 2 / 6, 1 / 6] as const;

/** From a clean 16-bit camera (0.2 %) to a dim exposure (2 %); `share` of the draws have none. */
export function drawNoise(random: Random, share = 0.25): NoiseDraw {
  return {
    sd: random.chance(share) ? 0 : random.logBetween(0.002, 0.02),
    offset: random.integer(0, store.length - 1),
    grained: random.chance(GRAINED_SHARE),
  };
}

/** Shot noise grows with the root of the signal. */
export function addNoise(plane: Plane, noise: NoiseDraw): Plane {
  if (noise.sd === 0) return plane;
  const deviate = noise.grained ? grain(noise.offset, plane.width) : (i: number) => at(i + noise.offset);
  return mapPlane(plane, (value, i) => value + noise.sd * Math.sqrt(Math.max(0, value)) * deviate(i));
}

function at(i: number): number {
  return store[i % store.length]!;
}

function grain(offset: number, width: number): (i: number) => number {
  const [edge, middle] = GRAIN;
  const row = (i: number) => edge * at(i) + middle * at(i + 1) + edge * at(i + 2);
  return (i) => {
    const from = i + offset;
    return row(from) + 2 * row(from + width) + row(from + 2 * width);
  };
}

/** What a camera or an export program makes of light: a curve that the focused and the defocused image share. */
export type Response = (value: number) => number;

/**
 * Mostly none. Else a gamma, or the contrast stretched until the brightest and darkest parts are cut off, as exports for the eye have it.
 *
 * @param level mean of the values that will come
 * @param spread their s.d.
 */
export function drawResponse(random: Random, { mean: level, sd: spread }: { mean: number; sd: number }): Response {
  if (random.chance(0.7)) return (value) => value;
  if (random.chance(0.5)) {
    const gamma = random.between(0.6, 1.6);
    return (value) => Math.max(0, value) ** gamma;
  }
  const reach = random.between(1.3, 3) * spread;
  return (value) => Math.min(level + reach, Math.max(level - reach, value));
}
