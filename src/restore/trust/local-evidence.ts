import type { Frame } from "../../frames/frame.js";
import { channelStatistics, standardisedChannel } from "../../frames/pixels.js";
import type { Piece, Pieces } from "../pieces.js";
import { type Spectra, unexplainedPower } from "../spectra.js";
import { variancePerPixel } from "./disagreement.js";
import type { Defocus } from "./refocus.js";

/** Where in the frame the evidence lies: in the units of the frame's own figures, which are (about) the means over these. */
export interface LocalEvidence {
  /** Blocks that cover the whole frame, row by row; those at its right and lower edge may be smaller. */
  readonly disagreement: {
    /** Px. */
    readonly side: number;
    readonly rows: number;
    readonly columns: number;
    /** Mean squared difference over the reconstruction's variance in the frame as a whole. */
    readonly values: readonly number[];
  };
  /** By piece; between the pieces of a large frame nothing was looked at. */
  readonly unexplained: {
    /** Px. */
    readonly side: number;
    /** Power that is left over by the frame's own defocus, over the mean power of a piece. */
    readonly pieces: readonly (Piece & { readonly share: number })[];
  };
}

/** Blocks along the side of a piece. */
const BLOCKS = 4;

/** Difference between two reconstructions in blocks of a quarter of a piece, over the variance of a pixel of the first. */
export function localDisagreement(
  source: Frame,
  restored: Frame,
  again: Frame,
  pieces: Pieces,
): LocalEvidence["disagreement"] {
  const { width, height } = source;
  const variance = variancePerPixel(source, restored, pieces);
  const block = pieces.side / BLOCKS;
  const [rows, columns] = [Math.ceil(height / block), Math.ceil(width / block)];
  const sums = new Float64Array(rows * columns);
  const counts = new Float64Array(rows * columns);
  for (const [c, own] of channelStatistics(source).entries()) {
    const [a, b] = [standardisedChannel(restored, c, own), standardisedChannel(again, c, own)];
    for (let y = 0, i = 0; y < height; y++) {
      const row = Math.floor(y / block) * columns;
      for (let x = 0; x < width; x++, i++) {
        const at = row + Math.floor(x / block);
        sums[at]! += (a[i]! - b[i]!) ** 2;
        counts[at]!++;
      }
    }
  }
  const values = Array.from(sums, (sum, k) => (variance > 0 ? sum / counts[k]! / variance : 0));
  return { side: block, rows, columns, values };
}

/** @param spectra of each piece: sums over the channels */
export function localUnexplained(
  { side, pieces }: Pieces,
  spectra: readonly Spectra[],
  defocus: Defocus,
): LocalEvidence["unexplained"] {
  const each = spectra.map((one) => unexplainedPower(one, defocus.filter));
  const mean = each.reduce((sum, { power }) => sum + power, 0) / each.length;
  return {
    side,
    pieces: pieces.map((piece, k) => ({ ...piece, share: mean > 0 ? Math.max(0, each[k]!.rest) / mean : 0 })),
  };
}
