import { fft2d } from "../optics/fft2d.js";
import type { Piece } from "./pieces.js";

/** What source and reconstruction hold at each radial spatial frequency, in cycles per side of the piece: sums over the ring. */
export interface Spectra {
  /** |S|² */
  readonly source: Float64Array;
  /** |R|² */
  readonly restored: Float64Array;
  /** Re(S·R*): what they have in common, and with which sign. */
  readonly common: Float64Array;
}

/**
 * Spectra of one piece of two planes, under a Hann window (its edges do not fit each other).
 * @param source, restored planes of `width` px per row, standardised alike
 */
export function spectraOf(
  source: Float32Array,
  restored: Float32Array,
  width: number,
  { left, top }: Piece,
  side: number,
): Spectra {
  const window = hann(side);
  // Both are real, so both fit into one complex transform: S is its part that is even under conjugation, iR the odd one.
  const field = new Float32Array(2 * side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const weight = window[y]! * window[x]!;
      const from = (top + y) * width + left + x;
      const to = 2 * (y * side + x);
      field[to] = source[from]! * weight;
      field[to + 1] = restored[from]! * weight;
    }
  }
  fft2d(side).forward(field);
  const bins = side / 2;
  const spectra = emptySpectra(bins);
  const { ring } = ringsOf(side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const bin = ring[y * side + x]!;
      if (bin >= bins) continue;
      const i = 2 * (y * side + x);
      const j = 2 * (((side - y) % side) * side + ((side - x) % side));
      const [sRe, sIm] = [(field[i]! + field[j]!) / 2, (field[i + 1]! - field[j + 1]!) / 2];
      const [rRe, rIm] = [(field[i + 1]! + field[j + 1]!) / 2, (field[j]! - field[i]!) / 2];
      spectra.source[bin]! += sRe * sRe + sIm * sIm;
      spectra.restored[bin]! += rRe * rRe + rIm * rIm;
      spectra.common[bin]! += sRe * rRe + sIm * rIm;
    }
  }
  return spectra;
}

/** The rings of a spectrum of `side` px. */
interface Rings {
  /** Of each frequency, in FFT order. */
  readonly ring: Uint16Array;
  /** Frequencies in each ring below half a cycle per pixel. */
  readonly members: Float64Array;
}

const known = new Map<number, Rings>();

export function ringsOf(side: number): Rings {
  let rings = known.get(side);
  if (rings === undefined) {
    const members = new Float64Array(side / 2);
    const ring = Uint16Array.from({ length: side * side }, (_, i) => {
      const [x, y] = [i % side, Math.floor(i / side)];
      return Math.round(Math.hypot(Math.min(x, side - x), Math.min(y, side - y)));
    });
    for (const one of ring) if (one < members.length) members[one]!++;
    rings = { ring, members };
    known.set(side, rings);
  }
  return rings;
}

export function emptySpectra(bins: number): Spectra {
  return { source: new Float64Array(bins), restored: new Float64Array(bins), common: new Float64Array(bins) };
}

/**
 * Cycles per pixel by which a reconstruction is held against its source. Shading lives below, and above little but noise. Weighted by frequency:
 * most power is in coarse shapes, which defocus leaves as they are.
 */
const BAND = [6 / 256, 90 / 256] as const;

/** The first ring of the band, and the first beyond it, of a spectrum of `side` px. */
export function bandOf(side: number): readonly [number, number] {
  return [Math.round(BAND[0] * side), Math.round(BAND[1] * side)];
}

/**
 * Σ f|S − T·R|² and Σ f|S|².
 * @param variance of T, where it is not sure
 */
export function unexplainedPower(
  spectra: Spectra,
  filter: Float64Array,
  variance?: Float64Array,
): { readonly rest: number; readonly power: number } {
  const [from, to] = bandOf(2 * spectra.source.length);
  let [rest, power] = [0, 0];
  for (let k = from; k < to; k++) {
    power += k * spectra.source[k]!;
    rest += k * unexplainedIn(spectra, k, filter[k]!, variance?.[k] ?? 0);
  }
  return { rest, power };
}

/** |S − T·R|² in ring `k`, as a sum over it. @param variance of T */
export function unexplainedIn({ source, restored, common }: Spectra, k: number, t: number, variance: number): number {
  return source[k]! + (t * t + variance) * restored[k]! - 2 * t * common[k]!;
}

/** Adds `more` to `sum`. */
export function addSpectra(sum: Spectra, more: Spectra): void {
  for (const key of ["source", "restored", "common"] as const) {
    for (let k = 0; k < sum[key].length; k++) sum[key][k]! += more[key][k]!;
  }
}

function hann(side: number): Float64Array {
  return Float64Array.from({ length: side }, (_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (k + 0.5)) / side));
}
