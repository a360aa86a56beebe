import { createPlane, type Plane } from "../../../src/train/plane.js";
import { createRandom } from "../../../src/train/random.js";

/** n × n random blobs that wrap around, s.d. about `strength`: something like cells, without any of the project's own renderers. */
export function blobs(n: number, strength: number, seed = 1): Plane {
  const random = createRandom(seed);
  const plane = createPlane(n, n);
  for (let k = 0; k < 60; k++) {
    const [cx, cy] = [random.between(0, n), random.between(0, n)];
    const sigma = random.between(1.5, 6);
    const peak = random.between(-1, 2) * strength;
    for (let y = 0; y < n; y++) {
      const dy = Math.min(Math.abs(y - cy), n - Math.abs(y - cy));
      for (let x = 0; x < n; x++) {
        const dx = Math.min(Math.abs(x - cx), n - Math.abs(x - cx));
        plane.data[y * n + x]! += peak * Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
      }
    }
  }
  return plane;
}

/** `mean` + `amplitude`·cos(2π(kx·x + ky·y)/n) */
export function grating(n: number, kx: number, ky: number, amplitude: number, mean = 0): Plane {
  const plane = createPlane(n, n);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      plane.data[y * n + x] = mean + amplitude * Math.cos((2 * Math.PI * (kx * x + ky * y)) / n);
    }
  }
  return plane;
}

/** Amplitudes of cos and −sin at a whole frequency: plane ≈ … + re·cos(φ) − im·sin(φ) with φ = 2π(kx·x + ky·y)/n. */
export function harmonic({ width: n, data }: Plane, kx: number, ky: number): { re: number; im: number } {
  let re = 0;
  let im = 0;
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const phase = (2 * Math.PI * (kx * x + ky * y)) / n;
      re += data[y * n + x]! * Math.cos(phase);
      im -= data[y * n + x]! * Math.sin(phase);
    }
  }
  return { re: (2 * re) / (n * n), im: (2 * im) / (n * n) };
}

export function noise(width: number, height: number, seed: number, mean = 0, sd = 1): Plane {
  const random = createRandom(seed);
  return { width, height, data: Float32Array.from({ length: width * height }, () => mean + sd * random.normal()) };
}

export function maxAbsDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

export function rms(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum / values.length);
}
