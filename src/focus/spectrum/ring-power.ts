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
  const plan = fft2d(N);
  const { field, spectrum } = plan.own();
  // Two windows are one complex field: what they add to each other's power at f they take away at −f, which is on the same ring.
  for (let k = 0; k < corners.length; k += 2) {
    putWindows(data, width, corners[k]!, corners[k + 1], field);
    plan.ownForward();
    addPower(spectrum, sums);
  }
  return sums.map((sum, ring) => sum / members[ring]! / corners.length);
}

/** To the pixel below, as scripts/torch/spectrum.py, on whose features the layers were fitted. */
function places(length: number): number[] {
  const count = Math.min(MOST, Math.max(1, Math.ceil(length / N)));
  return Array.from({ length: count }, (_, k) => (count === 1 ? 0 : Math.floor((k * (length - N)) / (count - 1))));
}

function addPower(spectrum: Float32Array, sums: Float64Array): void {
  for (let v = 0; v < N; v++) {
    const row = v * N;
    for (const u of [0, N / 2]) sums[rings[row + u]!]! += powerAt(spectrum, row + u);
    // What lies as far to the other side is on the same ring.
    for (let u = 1; u < N / 2; u++)
      sums[rings[row + u]!]! += powerAt(spectrum, row + u) + powerAt(spectrum, row + N - u);
  }
}

function powerAt(spectrum: Float32Array, at: number): number {
  const re = spectrum[2 * at]!;
  const im = spectrum[2 * at + 1]!;
  return re * re + im * im;
}

/** Each without its mean, under the Hann; as the real and, if there are two, the imaginary part of the field. */
function putWindows(
  data: ArrayLike<number>,
  width: number,
  first: number,
  second: number | undefined,
  field: Float32Array,
): void {
  const means = [meanOf(data, width, first), second === undefined ? 0 : meanOf(data, width, second)] as const;
  const weight = second === undefined ? 0 : 1;
  for (let y = 0, to = 0; y < N; y++) {
    const [a, b] = [first + y * width, (second ?? first) + y * width];
    for (let x = 0; x < N; x++, to += 2) {
      const window = hann[y]! * hann[x]!;
      field[to] = (data[a + x]! - means[0]) * window;
      field[to + 1] = (data[b + x]! - means[1]) * window * weight;
    }
  }
}

function meanOf(data: ArrayLike<number>, width: number, corner: number): number {
  let sum = 0;
  for (let y = 0; y < N; y++) for (let x = 0, at = corner + y * width; x < N; x++, at++) sum += data[at]!;
  return sum / (N * N);
}
