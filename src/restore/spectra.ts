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
  const plan = fft2d(side);
  const { field, spectrum } = plan.own();
  // Both are real, so both fit into one complex transform: S is its part that is even under conjugation, iR the odd one.
  for (let y = 0, to = 0; y < side; y++) {
    const row = window[y]!;
    for (let x = 0, from = (top + y) * width + left; x < side; x++, from++, to += 2) {
      const weight = row * window[x]!;
      field[to] = source[from]! * weight;
      field[to + 1] = restored[from]! * weight;
    }
  }
  plan.ownForward();
  const bins = side / 2;
  const spectra = emptySpectra(bins);
  const { source: ofSource, restored: ofRestored, common } = spectra;
  const { ring } = ringsOf(side);
  // Each frequency with its opposite, which says the same: half of the rows is enough, and of the two that are their own opposites both halves.
  const half = side / 2;
  for (let y = 0; y <= half; y++) {
    const opposite = ((side - y) % side) * side;
    const counts = y % half === 0 ? 1 : 2;
    for (let x = 0; x < side; x++) {
      const bin = ring[y * side + x]!;
      if (bin >= bins) continue;
      const i = 2 * (y * side + x);
      const j = 2 * (opposite + (x === 0 ? 0 : side - x));
      const sRe = (spectrum[i]! + spectrum[j]!) / 2;
      const sIm = (spectrum[i + 1]! - spectrum[j + 1]!) / 2;
      const rRe = (spectrum[i + 1]! + spectrum[j + 1]!) / 2;
      const rIm = (spectrum[j]! - spectrum[i]!) / 2;
      ofSource[bin]! += counts * (sRe * sRe + sIm * sIm);
      ofRestored[bin]! += counts * (rRe * rRe + rIm * rIm);
      common[bin]! += counts * (sRe * rRe + sIm * rIm);
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
