import { fft2d } from "../../optics/fft2d.js";

/** Side of a window, px; frames that are smaller either way have no spectrum to judge by. */
export const SPECTRUM_WINDOW = 256;
/** Windows each way, at most: 36 reach over a 1608-px frame, and took 37 to 51 ms there on a busy machine. */
const MOST = 6;
const N = SPECTRUM_WINDOW;

const hann = Float32Array.from({ length: N }, (_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / (N - 1)));
/** For each frequency, in FFT order, its distance from 0 in cycles per window, rounded. */
const rings = Uint16Array.from({ length: N * N }, (_, i) => {
  const [u, v] = [i % N, Math.floor(i / N)];
  return Math.round(Math.hypot(Math.min(u, N - u), Math.min(v, N - v)));
});
const members = new Float64Array(Math.round(Math.hypot(N / 2, N / 2)) + 1);
for (const ring of rings) members[ring]! += 1;

/**
 * Welch's estimate of the power spectrum, averaged over rings: 256-px windows under a Hann, spread evenly over the plane.
 * @param data one channel in counts, row by row; both sides at least 256 px
 * @returns [182], mean power at 0, 1, … cycles per window, up to the corner of the spectrum
 */
export function ringPower(data: ArrayLike<number>, width: number, height: number): Float64Array {
  const lefts = places(width);
  const corners = places(height).flatMap((top) => lefts.map((left) => top * width + left));
  const sums = new Float64Array(members.length);
  const field = new Float32Array(2 * N * N);
  const plan = fft2d(N);
  // Two windows are one complex field: what they add to each other's power at f they take away at −f, which is on the same ring.
  for (let k = 0; k < corners.length; k += 2) {
    putWindow(data, width, corners[k]!, field, 0);
    const other = corners[k + 1];
    if (other !== undefined) putWindow(data, width, other, field, 1);
    else for (let i = 1; i < field.length; i += 2) field[i] = 0;
    plan.forward(field);
    for (let i = 0; i < rings.length; i++) sums[rings[i]!]! += field[2 * i]! ** 2 + field[2 * i + 1]! ** 2;
  }
  return sums.map((sum, ring) => sum / members[ring]! / corners.length);
}

/** To the pixel below, as scripts/torch/spectrum.py, on whose features the layers were fitted. */
function places(length: number): number[] {
  const count = Math.min(MOST, Math.max(1, Math.ceil(length / N)));
  return Array.from({ length: count }, (_, k) => (count === 1 ? 0 : Math.floor((k * (length - N)) / (count - 1))));
}

/** Without its mean, under the Hann; as the real (part 0) or the imaginary part of the field. */
function putWindow(data: ArrayLike<number>, width: number, corner: number, field: Float32Array, part: 0 | 1): void {
  let sum = 0;
  for (let y = 0; y < N; y++) for (let x = 0, at = corner + y * width; x < N; x++, at++) sum += data[at]!;
  const mean = sum / (N * N);
  for (let y = 0; y < N; y++) {
    const row = hann[y]!;
    for (let x = 0, at = corner + y * width, to = 2 * N * y + part; x < N; x++, at++, to += 2)
      field[to] = (data[at]! - mean) * row * hann[x]!;
  }
}
