import { isFftSize } from "../../optics/fft2d.js";

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
  const [rows, columns] = [height, width].map((length) => Math.min(MOST, Math.ceil(length / side))) as [number, number];
  const place = (k: number, count: number, length: number) =>
    count === 1 ? 0 : Math.round((k * (length - side)) / (count - 1));
  const pieces = Array.from({ length: rows * columns }, (_, k) => ({
    left: place(k % columns, columns, width),
    top: place(Math.floor(k / columns), rows, height),
  }));
  return { side, pieces };
}

function largestFftSize(most: number): number {
  for (let side = most - (most % 16); side > 0; side -= 16) if (isFftSize(side)) return side;
  return 0;
}
