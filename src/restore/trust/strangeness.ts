import type { Spectra } from "../spectra.js";

/** Mean and inverse covariance of `octavesOf` over reconstructions of what the network was trained on. */
export interface Familiar {
  readonly mean: readonly number[];
  readonly inverse: readonly (readonly number[])[];
}

/** Limits of the octaves, cycles per pixel. */
const OCTAVES = [1, 3, 6, 12, 24, 48, 96].map((cycles) => cycles / 256);
const FLOOR = 1e-6;

/**
 * ln of the power of a reconstruction in six octaves, in squared s.d. of its frame.
 * @param count of pieces that the spectra are the sum of
 */
export function octavesOf({ restored }: Pick<Spectra, "restored">, count: number): number[] {
  const side = 2 * restored.length;
  return OCTAVES.slice(1).map((to, k) => {
    let power = 0;
    for (let bin = Math.round(OCTAVES[k]! * side); bin < Math.round(to * side); bin++) power += restored[bin]!;
    // 256: the side with which `Familiar` was fitted; a smaller piece has fewer frequencies, each with less power.
    return Math.log((power / count / side ** 2) * (256 / side) ** 2 + FLOOR);
  });
}

/** Mahalanobis distance of octaves from the familiar ones. */
export function strangenessOf(octaves: readonly number[], { mean, inverse }: Familiar): number {
  const apart = octaves.map((octave, k) => octave - mean[k]!);
  let sum = 0;
  for (const [i, row] of inverse.entries())
    for (const [j, value] of row.entries()) sum += apart[i]! * value * apart[j]!;
  return Math.sqrt(Math.max(0, sum));
}
