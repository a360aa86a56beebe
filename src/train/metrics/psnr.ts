import type { Plane } from "../plane.js";

const PEAK = 255;

/** Peak signal-to-noise ratio of two planes on an 8-bit scale, dB: 10·log10(255²/MSE). Infinity where they are equal. */
export function peakSignalToNoise(a: Plane, b: Plane): number {
  if (a.data.length !== b.data.length) throw new RangeError("planes of different sizes");
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return 10 * Math.log10((PEAK * PEAK * a.data.length) / sum);
}
