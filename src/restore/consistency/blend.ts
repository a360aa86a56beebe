import { fft2d } from "../../optics/fft2d.js";
import { lookUp } from "../../optics/weak-object-transfer.js";
import { mirrored } from "../patch-grid.js";
import type { StandardisedPlane } from "../restore-plane.js";
import type { Gains } from "./gains.js";
import { TRANSFER_SIDE } from "./transfers.js";

/** Pixels around a block that count for it. With 60 a frame of 1608 px takes fields of 1728, which suit the FFT; with 64 they would be of 1920. */
const MARGIN = 60;
/**
 * Sides of the fields that are transformed. The FFT keeps 16 n² bytes for each side that it met, as long as the process lives: for all of these 190 MB,
 * for the one that a microscope's frames need some 20 to 50.
 */
const SIDES = [384, 640, 864, 1152, 1440, 1728, 2048] as const;
/** The largest block's own part. */
const LARGEST = 2048 - 2 * MARGIN;

/** What source and reconstruction count for, by cycles per TRANSFER_SIDE pixels. */
type Shares = Pick<Gains, "source" | "network">;

/**
 * Adds the source's share of each frequency to the network's, block by block.
 * @param restored the network's reconstruction of `source`, standardised alike
 * @returns row by row
 */
export function blend(source: StandardisedPlane, restored: Float32Array, gains: Shares): Float32Array {
  // Both are real, so both fit into one complex transform: S is its part that is even under conjugation, iR the odd one.
  return byBlocks(source, [source.data, restored], (spectrum, n) => mix(spectrum, n, gains));
}

/**
 * Multiplies each frequency, block by block.
 * @param gain by cycles per TRANSFER_SIDE pixels
 * @returns row by row
 */
export function filtered(source: StandardisedPlane, gain: Float64Array): Float32Array {
  return byBlocks(source, [source.data], (spectrum, n) => multiply(spectrum, n, gain));
}

type Planes = readonly [real: Float32Array, imaginary?: Float32Array];

/** @param change of the spectrum of a field, in place, rows and columns alike; what counts then are the field's real parts */
function byBlocks(
  { width, height }: Pick<StandardisedPlane, "width" | "height">,
  planes: Planes,
  change: (spectrum: Float32Array, n: number) => void,
): Float32Array {
  const out = new Float32Array(width * height);
  const [rows, columns] = [blocks(height), blocks(width)];
  const needed = Math.max(rows[0]!.length, columns[0]!.length) + 2 * MARGIN;
  const n = SIDES.find((side) => side >= needed)!;
  const plan = fft2d(n);
  const { field, spectrum } = plan.own();
  const scale = 1 / (n * n);
  for (const row of rows) {
    for (const column of columns) {
      fill(field, planes, { width, height, left: column.from - MARGIN, top: row.from - MARGIN }, n);
      plan.ownForward();
      change(spectrum, n);
      plan.ownInverse();
      for (let y = 0; y < row.length; y++) {
        const to = (row.from + y) * width + column.from;
        takeReal(field, 2 * ((y + MARGIN) * n + MARGIN), scale, out.subarray(to, to + column.length));
      }
    }
  }
  return out;
}

function takeReal(field: Float32Array, from: number, scale: number, to: Float32Array): void {
  for (let x = 0, at = from; x < to.length; x++, at += 2) to[x] = scale * field[at]!;
}

interface Place {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

/** With the n × n pixels from `left`, `top` on, beyond the planes as in a mirror. */
function fill(field: Float32Array, [real, imaginary]: Planes, { width, height, left, top }: Place, n: number): void {
  const columns = Int32Array.from({ length: n }, (_, x) => mirrored(left + x, width));
  for (let y = 0, to = 0; y < n; y++) {
    const from = mirrored(top + y, height) * width;
    for (let x = 0; x < n; x++, to += 2) {
      field[to] = real[from + columns[x]!]!;
      field[to + 1] = imaginary === undefined ? 0 : imaginary[from + columns[x]!]!;
    }
  }
}

/** Each frequency by its gain, in place. */
function multiply(spectrum: Float32Array, n: number, gain: Float64Array): void {
  const along = new Float64Array(n);
  for (let y = 0; y <= n / 2; y++) {
    gainsOfRow(gain, y, n, along);
    for (const row of y % (n / 2) === 0 ? [y] : [y, n - y]) {
      for (let x = 0, i = 2 * row * n; x < n; x++, i += 2) {
        spectrum[i]! *= along[x]!;
        spectrum[i + 1]! *= along[x]!;
      }
    }
  }
}

/** From the spectrum of S + iR to that of the sum, in place. It is of a real field, so each frequency gives its opposite as well. */
function mix(spectrum: Float32Array, n: number, gains: Shares): void {
  const half = n / 2;
  const [ofSource, ofNetwork] = [new Float64Array(n), new Float64Array(n)];
  for (let y = 0; y <= half; y++) {
    gainsOfRow(gains.source, y, n, ofSource);
    gainsOfRow(gains.network, y, n, ofNetwork);
    const [row, opposite] = [y * n, ((n - y) % n) * n];
    // Of the two rows that are their own opposites, half is all.
    const last = y % half === 0 ? half : n - 1;
    for (let x = 0; x <= last; x++) {
      const [i, j] = [2 * (row + x), 2 * (opposite + (x === 0 ? 0 : n - x))];
      const [s, r] = [ofSource[x]! / 2, ofNetwork[x]! / 2];
      const [a, b, c, d] = [spectrum[i]!, spectrum[i + 1]!, spectrum[j]!, spectrum[j + 1]!];
      const re = s * (a + c) + r * (b + d);
      const im = s * (b - d) + r * (c - a);
      spectrum[i] = re;
      spectrum[i + 1] = im;
      spectrum[j] = re;
      spectrum[j + 1] = -im;
    }
  }
}

/** Those at y cycles down and each number of cycles across a field. @param gain by cycles per TRANSFER_SIDE pixels */
function gainsOfRow(gain: Float64Array, y: number, n: number, row: Float64Array): void {
  const most = gain.length - 1.001;
  for (let x = 0; x <= n / 2; x++) {
    const value = lookUp(gain, Math.min(most, (Math.sqrt(y * y + x * x) * TRANSFER_SIDE) / n));
    row[x] = value;
    if (x > 0) row[n - x] = value;
  }
}

function blocks(length: number): { readonly from: number; readonly length: number }[] {
  const own = Math.ceil(length / Math.ceil(length / LARGEST));
  return Array.from({ length: Math.ceil(length / own) }, (_, k) => ({
    from: k * own,
    length: Math.min(own, length - k * own),
  }));
}
