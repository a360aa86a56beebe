import type { Frame } from "../../frames/frame.js";
import { channelStatistics, standardisedChannel } from "../../frames/pixels.js";
import type { Gains } from "../consistency/gains.js";
import type { Piece, Pieces } from "../pieces.js";
import { spectraOf } from "../spectra.js";

/**
 * Between a reconstruction by the network alone and that of the frame turned round: mean squared difference over the reconstruction's variance, over all
 * pieces of all channels.
 * @param again turned back
 */
export function ownDisagreement(source: Frame, restored: Frame, again: Frame, pieces: Pieces): number {
  const variance = variancePerPixel(source, restored, pieces);
  let squares = 0;
  for (const [c, own] of channelStatistics(source).entries()) {
    const [a, b] = [standardisedChannel(restored, c, own), standardisedChannel(again, c, own)];
    for (const piece of pieces.pieces)
      eachPixel(source.width, piece, pieces.side, (i) => (squares += (a[i]! - b[i]!) ** 2));
  }
  return variance > 0 ? squares / pixelsOf(source, pieces) / variance : 0;
}

/** Mean over all pieces and channels, in squared standardised counts. */
export function variancePerPixel(source: Frame, restored: Frame, pieces: Pieces): number {
  let variance = 0;
  for (const [c, own] of channelStatistics(source).entries()) {
    const plane = standardisedChannel(restored, c, own);
    for (const piece of pieces.pieces) {
      let [sum, sumOfSquares] = [0, 0];
      eachPixel(source.width, piece, pieces.side, (i) => {
        sum += plane[i]!;
        sumOfSquares += plane[i]! ** 2;
      });
      variance += Math.max(0, sumOfSquares - (sum * sum) / pieces.side ** 2);
    }
  }
  return variance / pixelsOf(source, pieces);
}

/** Frequencies below this many cycles per piece are its mean and shading, as far as the window lets them be told from the rest. */
const LEAST = 2;

/**
 * The same of a reconstruction that is held to its source, from spectra (Parseval): of the difference between the network's two answers
 * as much is left as the network counts for at each frequency.
 * @param gains of each channel; `undefined` where that is by the network alone
 * @param power of the reconstruction in the rings of all pieces and channels
 */
export function heldDisagreement(
  source: Frame,
  byNetwork: Frame,
  again: Frame,
  held: { readonly gains: readonly (Gains | undefined)[]; readonly pieces: Pieces; readonly power: Float64Array },
): number {
  const { side, pieces } = held.pieces;
  let squares = 0;
  for (const [c, own] of channelStatistics(source).entries()) {
    const [r, a] = [standardisedChannel(byNetwork, c, own), standardisedChannel(again, c, own)];
    const kept = held.gains[c]?.network;
    for (const piece of pieces) {
      const { source: one, restored: other, common } = spectraOf(r, a, source.width, piece, side);
      for (let ring = LEAST; ring < one.length; ring++)
        squares += (kept?.[ring] ?? 1) ** 2 * Math.max(0, one[ring]! + other[ring]! - 2 * common[ring]!);
    }
  }
  let variance = 0;
  for (let ring = LEAST; ring < held.power.length; ring++) variance += held.power[ring]!;
  return variance > 0 ? squares / variance : 0;
}

function pixelsOf({ channels }: Frame, { side, pieces }: Pieces): number {
  return channels * pieces.length * side ** 2;
}

function eachPixel(width: number, { left, top }: Piece, side: number, see: (index: number) => void): void {
  for (let y = top; y < top + side; y++) for (let i = y * width + left; i < y * width + left + side; i++) see(i);
}
