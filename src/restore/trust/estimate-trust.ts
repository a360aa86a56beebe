import type { LoadedNetwork } from "../../engines/engine.js";
import type { Frame } from "../../frames/frame.js";
import { channelStatistics, standardisedChannel } from "../../frames/pixels.js";
import { restoreFrame } from "../restore-frame.js";
import { type Piece, type Pieces, piecesOf } from "./pieces.js";
import { explain, possibleDefoci } from "./refocus.js";
import { addSpectra, emptySpectra, type Spectra, spectraOf } from "./spectra.js";
import { type Familiar, strangenessOf } from "./strangeness.js";
import { turned } from "./turned.js";

/** How the SSIM to expect follows from what can be measured without knowing the truth; fitted on frames whose truth is known. */
export interface TrustCalibration {
  readonly intercept: number;
  /** Per natural logarithm of the disagreement. */
  readonly disagreement: number;
  /** Per natural logarithm of the unexplained share. */
  readonly unexplained: number;
  /** Per unit of strangeness. */
  readonly strangeness: number;
  /** What reconstructions of cells look like that the network was trained on. */
  readonly familiar: Familiar;
}

/** How far a reconstruction can be believed. */
export interface Trust {
  /** The SSIM with the frame in focus that is to be expected, 0 to 1. */
  readonly trust: number;
  /** |z| in DOF units at which the reconstruction, put out of focus by the optics, is most like the source. */
  readonly defocusDof: number;
  /** Between the reconstruction and that of the frame turned by 180°: mean squared difference over the reconstruction's variance. */
  readonly disagreement: number;
  /** Share of the source's power that the reconstruction does not explain when it is put out of focus again. */
  readonly unexplained: number;
  /** How far the reconstruction's spectrum is from those of what the network was trained on; some 2.5 for these (Mahalanobis). */
  readonly strangeness: number;
}

/** Sums over all pieces of all channels. */
interface Evidence {
  readonly squares: number;
  readonly variance: number;
  readonly spectra: Spectra;
  /** How many planes' pieces the spectra are the sum of. */
  readonly count: number;
}

/** Logarithms of shares below this say nothing more. */
const LEAST_SHARE = 1e-4;

/**
 * Estimates how far a reconstruction can be believed, from three things that need no truth: a network that knows what it sees says the
 * same of the frame turned by 180°; what it says must give the source again when the optics put it out of focus; and it should look
 * like what the network was trained on.
 *
 * @param sampling pixel size · NA / λ of the frame, where it is known
 * @returns `undefined` for frames below 64 px, which are too small to tell
 */
export async function estimateTrust(
  source: Frame,
  restored: Frame,
  network: LoadedNetwork,
  calibration: TrustCalibration,
  { largest, sampling }: { readonly largest?: number; readonly sampling?: number | undefined } = {},
): Promise<Trust | undefined> {
  const pieces = piecesOf(source.width, source.height);
  if (pieces === undefined) return undefined;
  const again = turned(await restoreFrame(turned(source), network, largest));
  const evidence = gather(source, restored, again, pieces);
  const defoci = possibleDefoci(pieces.side, sampling);
  const { dof, unexplained } = explain(evidence.spectra, defoci);
  const disagreement = evidence.variance > 0 ? evidence.squares / evidence.variance : 0;
  const strangeness = strangenessOf(evidence.spectra, evidence.count, calibration.familiar);
  const found = { disagreement, unexplained, strangeness };
  return { ...found, defocusDof: dof, trust: expectedSsim(found, calibration) };
}

export function expectedSsim(
  { disagreement, unexplained, strangeness }: Pick<Trust, "disagreement" | "unexplained" | "strangeness">,
  calibration: Omit<TrustCalibration, "familiar">,
): number {
  const log = (share: number) => Math.log(Math.max(LEAST_SHARE, share));
  const ssim =
    calibration.intercept +
    calibration.disagreement * log(disagreement) +
    calibration.unexplained * log(unexplained) +
    calibration.strangeness * strangeness;
  return Math.min(1, Math.max(0, ssim));
}

function gather(source: Frame, restored: Frame, again: Frame, { side, pieces }: Pieces): Evidence {
  const spectra = emptySpectra(side / 2);
  let [squares, variance, count] = [0, 0, 0];
  for (const [c, own] of channelStatistics(source).entries()) {
    const [s, r, a] = [source, restored, again].map((frame) => standardisedChannel(frame, c, own)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    for (const piece of pieces) {
      const apart = compare(r, a, source.width, piece, side);
      squares += apart.squares;
      variance += apart.variance;
      count++;
      addSpectra(spectra, spectraOf(s, r, source.width, piece, side));
    }
  }
  return { squares, variance, spectra, count };
}

/** Sum of squared differences, and of squared deviations of `a` from its mean, over a piece. */
function compare(a: Float32Array, b: Float32Array, width: number, { left, top }: Piece, side: number) {
  let [squares, sum, sumOfSquares] = [0, 0, 0];
  for (let y = top; y < top + side; y++) {
    for (let i = y * width + left; i < y * width + left + side; i++) {
      squares += (a[i]! - b[i]!) ** 2;
      sum += a[i]!;
      sumOfSquares += a[i]! * a[i]!;
    }
  }
  return { squares, variance: Math.max(0, sumOfSquares - (sum * sum) / (side * side)) };
}
