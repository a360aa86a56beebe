import { piecesOf } from "../pieces.js";
import type { StandardisedPlane } from "../restore-plane.js";
import { addSpectra, emptySpectra, spectraOf } from "../spectra.js";
import { blend } from "./blend.js";
import { type Gains, gainsFor } from "./gains.js";
import type { SourceOptics } from "./source-optics.js";
import { TRANSFER_SIDE, type Transfer } from "./transfers.js";

/** By which optics a reconstruction was held to its source: those that the source's spectrum speaks for most, and the filter by all that are likely. */
export interface HeldBy extends Transfer {
  /** Share of the source's power, weighted by frequency, that the network alone did not explain by these optics: 0 for none, beyond 1 for worse than nothing. */
  readonly unexplained: number;
}

/**
 * Data consistency: what the source says of a frame in focus, where the optics let it say something, counts for more than what the network makes
 * of it. A network that never saw such cells invents; the optics are the same for all cells. So a frame that is nearly in focus stays as it is,
 * whatever the network makes of it, and farther out the network fills in what defocus took away.
 *
 * @param restored the network's reconstruction of `source`, standardised alike
 * @param optics of `source`, by `opticsOf`
 * @param isGuided whether the network took what the optics alone make of it (`deconvolve`)
 */
export function holdToSource(
  source: StandardisedPlane,
  restored: Float32Array,
  { likely }: SourceOptics,
  isGuided = false,
): { readonly data: Float32Array; readonly heldBy: HeldBy; readonly gains: Gains } {
  const spectra = emptySpectra(TRANSFER_SIDE / 2);
  for (const piece of piecesOf(source.width, source.height)!.pieces)
    addSpectra(spectra, spectraOf(source.data, restored, source.width, piece, TRANSFER_SIDE));
  const gains = gainsFor(spectra, likely, isGuided);
  return {
    data: blend(source, restored, gains),
    heldBy: { ...likely.best, filter: likely.mean, unexplained: gains.unexplained },
    gains,
  };
}
