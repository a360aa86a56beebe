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
  return byBlocks(source, [source.data, restored], (field, n) => mix(field, n, gains));
}

/**
 * Multiplies each frequency, block by block.
 * @param gain by cycles per TRANSFER_SIDE pixels
 * @returns row by row
 */
export function filtered(source: StandardisedPlane, gain: Float64Array): Float32Array {
  return byBlocks(source, [source.data], (field, n) => {
    eachPair(n, gain.length, (i, j, bin) => {
      const factor = lookUp(gain, bin);
      field[i]! *= factor;
      field[i + 1]! *= factor;
      if (j === i) return;
      field[j]! *= factor;
      field[j + 1]! *= factor;
    });
  });
}

type Planes = readonly [real: Float32Array, imaginary?: Float32Array];

/** @param change of the spectrum of a field, in place; what counts then are the field's real parts */
function byBlocks(
  { width, height }: Pick<StandardisedPlane, "width" | "height">,
  planes: Planes,
  change: (field: Float32Array, n: number) => void,
): Float32Array {
  const out = new Float32Array(width * height);
  const [rows, columns] = [blocks(height), blocks(width)];
  const needed = Math.max(rows[0]!.length, columns[0]!.length) + 2 * MARGIN;
  const n = SIDES.find((side) => side >= needed)!;
  const plan = fft2d(n);
  for (const row of rows) {
    for (const column of columns) {
      const field = fieldOf(planes, { width, height, left: column.from - MARGIN, top: row.from - MARGIN }, n);
      plan.forward(field);
      change(field, n);
      plan.inverse(field);
      for (let y = 0; y < row.length; y++) {
        const from = (y + MARGIN) * n + MARGIN;
        const to = (row.from + y) * width + column.from;
        for (let x = 0; x < column.length; x++) out[to + x] = field[2 * (from + x)]!;
      }
    }
  }
  return out;
}

interface Place {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

/** The n × n pixels from `left`, `top` on, beyond the planes as in a mirror. */
function fieldOf([real, imaginary]: Planes, { width, height, left, top }: Place, n: number): Float32Array {
  const columns = Int32Array.from({ length: n }, (_, x) => mirrored(left + x, width));
  const field = new Float32Array(2 * n * n);
  for (let y = 0, to = 0; y < n; y++) {
    const from = mirrored(top + y, height) * width;
    for (let x = 0; x < n; x++, to += 2) {
      field[to] = real[from + columns[x]!]!;
      if (imaginary) field[to + 1] = imaginary[from + columns[x]!]!;
    }
  }
  return field;
}

/** From the spectrum of S + iR to that of the sum, in place. It is of a real field, so each frequency gives its opposite as well. */
function mix(field: Float32Array, n: number, gains: Shares): void {
  eachPair(n, gains.source.length, (i, j, bin) => {
    const [s, r] = [lookUp(gains.source, bin) / 2, lookUp(gains.network, bin) / 2];
    const re = s * (field[i]! + field[j]!) + r * (field[i + 1]! + field[j + 1]!);
    const im = s * (field[i + 1]! - field[j + 1]!) + r * (field[j]! - field[i]!);
    field[i] = re;
    field[i + 1] = im;
    field[j] = re;
    field[j + 1] = -im;
  });
}

/** Each frequency with its opposite, as places in a field; they are the same for the four that are their own. @param bin cycles per TRANSFER_SIDE pixels */
function eachPair(n: number, bins: number, see: (i: number, j: number, bin: number) => void): void {
  const most = bins - 1.001;
  const half = n / 2;
  for (let y = 0; y <= half; y++) {
    const opposite = ((n - y) % n) * n;
    // Of the two rows that are their own opposites, half is all.
    const last = y % half === 0 ? half : n - 1;
    for (let x = 0; x <= last; x++) {
      const fx = Math.min(x, n - x);
      const bin = Math.min(most, (Math.sqrt(y * y + fx * fx) * TRANSFER_SIDE) / n);
      see(2 * (y * n + x), 2 * (opposite + ((n - x) % n)), bin);
    }
  }
}

function blocks(length: number): { readonly from: number; readonly length: number }[] {
  const own = Math.ceil(length / Math.ceil(length / LARGEST));
  return Array.from({ length: Math.ceil(length / own) }, (_, k) => ({
    from: k * own,
    length: Math.min(own, length - k * own),
  }));
}
