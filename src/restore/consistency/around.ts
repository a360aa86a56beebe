import { bandOf } from "../spectra.js";
import { TRANSFER_SIDE } from "./transfers.js";

const [FIRST, LAST] = bandOf(TRANSFER_SIDE);

/**
 * Weights of the band's rings around a frequency, each octave with the same weight and the nearest with most. They are the same for every frame.
 * @param reach s.d. in ln f
 */
export function weightsWithin(reach: number): (at: number) => Float64Array {
  const known: Float64Array[] = [];
  return (at) => {
    known[at] ??= Float64Array.from({ length: LAST - FIRST }, (_, i) => {
      const apart = Math.log((FIRST + i) / Math.max(1, at)) / reach;
      return Math.exp(-0.5 * apart * apart) / (FIRST + i);
    });
    return known[at];
  };
}
