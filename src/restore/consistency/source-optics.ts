import type { Distance } from "../../optics/distance.js";
import { piecesOf } from "../pieces.js";
import type { StandardisedPlane } from "../restore-plane.js";
import { addSpectra, emptySpectra, ringsOf, spectraOf } from "../spectra.js";
import type { KnownOptics } from "./deconvolve.js";
import { type LikelyTransfer, likelyTransfer } from "./likely-transfer.js";
import { possibleTransfers, TRANSFER_SIDE } from "./transfers.js";

/** What a source's own power spectrum tells of the optics that put it out of focus. */
export interface SourceOptics extends KnownOptics {
  readonly likely: LikelyTransfer;
}

/**
 * @param distance of the source from focus, by its power spectrum
 * @param sampling pixel size · NA / λ, where it is known
 * @returns `undefined` for planes below TRANSFER_SIDE either way and for flat ones
 */
export function opticsOf(source: StandardisedPlane, distance: Distance, sampling?: number): SourceOptics | undefined {
  const power = powerOf(source);
  if (power === undefined || source.data.every((value) => value === source.data[0])) return undefined;
  const { members } = ringsOf(TRANSFER_SIDE);
  const mean = power.map((sum, ring) => sum / members[ring]!);
  return { power, likely: likelyTransfer(mean, possibleTransfers(distance, sampling), distance) };
}

/** @returns sums over the rings; `undefined` for planes below TRANSFER_SIDE either way */
export function powerOf({ width, height, data }: StandardisedPlane): Float64Array | undefined {
  const pieces = piecesOf(width, height);
  if (pieces?.side !== TRANSFER_SIDE) return undefined;
  const spectra = emptySpectra(TRANSFER_SIDE / 2);
  for (const piece of pieces.pieces) addSpectra(spectra, spectraOf(data, data, width, piece, TRANSFER_SIDE));
  return spectra.source;
}
