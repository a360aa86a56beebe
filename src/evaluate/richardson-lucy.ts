import { fft2d, type Spectrum } from "../optics/fft2d.js";
import type { Plane } from "../train/plane.js";

/** A point spread function that is the same in every direction. */
export interface Psf {
  readonly shape: "gaussian" | "disc";
  /** σ of a Gaussian or radius of a disc, px. */
  readonly size: number;
}

/** Below this share of the mean a predicted pixel is taken as that: the ratio must stay finite. */
const FLOOR = 1e-3;

/**
 * Richardson-Lucy deconvolution of a square field (Richardson 1972, Lucy 1974): u ← u · [(d / (u ∗ p)) ∗ p], begun at d. The field is taken
 * to wrap around.
 *
 * @param plane n × n counts, none negative; n a size of the FFT
 * @param stops numbers of iterations, ascending; @returns the field after each
 */
export function richardsonLucy(plane: Plane, psf: Psf, stops: readonly number[]): Plane[] {
  const n = plane.width;
  const transfer = transferOf(psf, n);
  const work: Spectrum = new Float32Array(2 * n * n);
  const data = plane.data;
  const estimate = Float32Array.from(data);
  const ratio = new Float32Array(n * n);
  const floor = (FLOOR * data.reduce((sum, value) => sum + value, 0)) / data.length;
  const results: Plane[] = [];
  for (let step = 1; step <= (stops.at(-1) ?? 0); step++) {
    convolve(estimate, transfer, n, work);
    for (let i = 0; i < ratio.length; i++) ratio[i] = data[i]! / Math.max(floor, work[2 * i]!);
    convolve(ratio, transfer, n, work);
    for (let i = 0; i < estimate.length; i++) estimate[i]! *= Math.max(0, work[2 * i]!);
    if (stops.includes(step)) results.push({ width: n, height: n, data: estimate.slice() });
  }
  return results;
}

/** A field blurred by a point spread function, wrapping around. */
export function blurred(plane: Plane, psf: Psf): Plane {
  const n = plane.width;
  const work: Spectrum = new Float32Array(2 * n * n);
  convolve(plane.data, transferOf(psf, n), n, work);
  return { width: n, height: n, data: Float32Array.from({ length: n * n }, (_, i) => work[2 * i]!) };
}

/** Real, since the point spread function is its own mirror image. Its value at 0 is 1: light is kept. */
function transferOf(psf: Psf, n: number): Float32Array {
  const field: Spectrum = new Float32Array(2 * n * n);
  let sum = 0;
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const r = Math.hypot(Math.min(x, n - x), Math.min(y, n - y));
      // The disc's edge is soft over one pixel, so that its radius need not be whole.
      const value =
        psf.shape === "gaussian" ? Math.exp(-0.5 * (r / psf.size) ** 2) : Math.min(1, Math.max(0, psf.size + 0.5 - r));
      field[2 * (y * n + x)] = value;
      sum += value;
    }
  }
  fft2d(n).forward(field);
  return Float32Array.from({ length: n * n }, (_, i) => field[2 * i]! / sum);
}

/** Leaves the result in the real parts of `work`. */
function convolve(values: Float32Array, transfer: Float32Array, n: number, work: Spectrum): void {
  for (let i = 0; i < values.length; i++) {
    work[2 * i] = values[i]!;
    work[2 * i + 1] = 0;
  }
  fft2d(n).forward(work);
  for (let i = 0; i < transfer.length; i++) {
    work[2 * i]! *= transfer[i]!;
    work[2 * i + 1]! *= transfer[i]!;
  }
  fft2d(n).inverse(work);
}
