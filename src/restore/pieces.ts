import { spreadEvenly } from "../frames/spread.js";
import { isFftSize } from "../optics/fft2d.js";

/** A square part of a frame, px. */
export interface Piece {
  readonly left: number;
  readonly top: number;
}

export interface Pieces {
  /** Px. */
  readonly side: number;
  readonly pieces: readonly Piece[];
}

/** Some 170 µm of a 10× objective: several cells. */
const SIDE = 256;
/** Along each axis. More would take longer and hardly change the sums. */
const MOST = 5;
/** Below this, a spectrum is a few frequencies, and defocus of 5 DOF units reaches across. */
const LEAST = 64;

/** Pieces evenly spread over a frame, which they cover if it is not larger than five of them each way; `undefined` where the frame is too small to say anything. */
export function piecesOf(width: number, height: number): Pieces | undefined {
  const side = largestFftSize(Math.min(SIDE, width, height));
  if (side < LEAST) return undefined;
  const places = (length: number) => spreadEvenly(length, side, Math.min(MOST, Math.ceil(length / side)));
  const lefts = places(width);
  return { side, pieces: places(height).flatMap((top) => lefts.map((left) => ({ left, top }))) };
}

function largestFftSize(most: number): number {
  for (let side = most - (most % 16); side > 0; side -= 16) if (isFftSize(side)) return side;
  return 0;
}
