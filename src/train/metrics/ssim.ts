import { gaussianWindow } from "../losses/ssim.js";
import type { Plane } from "../plane.js";

const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/**
 * Mean SSIM (Wang et al. 2004) of two planes on an 8-bit scale: 11-px Gaussian window of σ 1.5, over every place where the window lies
 * inside. In plain numbers: the measure that results are told in does not depend on a backend.
 */
export function ssim(a: Plane, b: Plane): number {
  if (a.width !== b.width || a.height !== b.height) throw new RangeError("planes of different sizes");
  const mean = (f: (i: number) => number) => blur(a.width, a.height, f);
  const x = a.data;
  const y = b.data;
  const mx = mean((i) => x[i]!);
  const my = mean((i) => y[i]!);
  const mxx = mean((i) => x[i]! * x[i]!);
  const myy = mean((i) => y[i]! * y[i]!);
  const mxy = mean((i) => x[i]! * y[i]!);
  let sum = 0;
  for (let i = 0; i < mx.length; i++) {
    const u = mx[i]!;
    const v = my[i]!;
    const variances = mxx[i]! - u * u + myy[i]! - v * v;
    const covariance = mxy[i]! - u * v;
    sum += ((2 * u * v + C1) * (2 * covariance + C2)) / ((u * u + v * v + C1) * (variances + C2));
  }
  return sum / mx.length;
}

/** Weighted means of `f` under the window, where it lies inside: first along rows, then along columns. */
function blur(width: number, height: number, f: (i: number) => number): Float64Array {
  const window = gaussianWindow();
  const reach = window.length - 1;
  const w = width - reach;
  const h = height - reach;
  if (w < 1 || h < 1) throw new RangeError(`SSIM needs at least ${window.length} pixels each way`);
  const row = new Float64Array(width);
  const rows = new Float64Array(w * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) row[x] = f(y * width + x);
    for (let x = 0; x < w; x++) {
      let sum = 0;
      for (let k = 0; k <= reach; k++) sum += window[k]! * row[x + k]!;
      rows[y * w + x] = sum;
    }
  }
  const out = new Float64Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let k = 0; k <= reach; k++) {
      const weight = window[k]!;
      for (let x = 0; x < w; x++) out[y * w + x]! += weight * rows[(y + k) * w + x]!;
    }
  }
  return out;
}
