import { fft2d } from "../../../src/optics/fft2d.js";
import { type Optics, PLAN_FLUOR_10X } from "../../../src/optics/optics.js";
import type { Plane } from "../../../src/train/plane.js";
import { noise, rms } from "../../train/support/planes.js";

export const SAMPLING = 0.33;

/** One objective as it may be, none of those that are tried: its annulus lies between two of theirs. */
export const OPTICS: Optics = {
  ...PLAN_FLUOR_10X,
  annulusRadius: 0.6,
  sphericalWaves: 0.1,
  pixelUm: (SAMPLING * PLAN_FLUOR_10X.wavelengthUm) / PLAN_FLUOR_10X.na,
};

/** n × n noise whose power falls as f^−slope, as that of cells does; it wraps around; mean 0, s.d. 1. */
export function smoothNoise(n: number, seed: number, slope = 2.5): Plane {
  const field = new Float32Array(2 * n * n);
  const white = noise(n, n, seed).data;
  for (let i = 0; i < n * n; i++) field[2 * i] = white[i]!;
  const plan = fft2d(n);
  plan.forward(field);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const f = Math.hypot(Math.min(x, n - x), Math.min(y, n - y));
      const gain = f === 0 ? 0 : f ** (-slope / 2);
      const i = 2 * (y * n + x);
      field[i]! *= gain;
      field[i + 1]! *= gain;
    }
  }
  plan.inverse(field);
  return standardised({ width: n, height: n, data: Float32Array.from({ length: n * n }, (_, i) => field[2 * i]!) });
}

/** With mean 0 and s.d. 1. */
export function standardised({ data, ...size }: Plane): Plane {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const centred = data.map((value) => value - mean);
  const sd = rms(centred);
  return { ...size, data: centred.map((value) => value / sd) };
}

export function correlation(a: Float32Array, b: Float32Array): number {
  const [one, other] = [a, b].map((data) => standardised({ width: data.length, height: 1, data }).data);
  return one!.reduce((sum, value, i) => sum + value * other![i]!, 0) / a.length;
}
