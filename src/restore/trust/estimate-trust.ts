import type { LoadedNetwork } from "../../engines/engine.js";
import type { Frame } from "../../frames/frame.js";
import { channelStatistics, standardisedChannel } from "../../frames/pixels.js";
import { restoreFrame } from "../restore-frame.js";
import { type LocalEvidence, localDisagreement, localUnexplained } from "./local-evidence.js";
import { type Piece, type Pieces, piecesOf } from "./pieces.js";
import { explain, possibleDefoci } from "./refocus.js";
import { addSpectra, emptySpectra, type Spectra, spectraOf } from "./spectra.js";
import { type Familiar, octavesOf, strangenessOf } from "./strangeness.js";
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

/** What can be seen of a reconstruction without knowing the truth. */
export interface Evidence {
  /** Between the reconstruction and that of the frame turned by 180°: mean squared difference over the reconstruction's variance. */
  readonly disagreement: number;
  /** Share of the source's power that the reconstruction does not explain when it is put out of focus again. */
  readonly unexplained: number;
  /** |z| in DOF units at which the reconstruction, put out of focus by the optics, is most like the source. */
  readonly defocusDof: number;
  /** ln of the reconstruction's power in six octaves. */
  readonly octaves: readonly number[];
  /** Where in the frame; only when it was asked for. */
  readonly local?: LocalEvidence;
}

/** How far a reconstruction can be believed, and why. */
export interface Trust extends Evidence {
  /** The SSIM with the frame in focus that is to be expected, 0 to 1. */
  readonly trust: number;
  /** How far the octaves are from those of what the network was trained on; some 2.5 for these (Mahalanobis). */
  readonly strangeness: number;
}

/** Logarithms of shares below this say nothing more. */
const LEAST_SHARE = 1e-4;

/**
 * Looks at three things that need no truth: a network that knows what it sees says the same of the frame turned by 180°; what it says
 * must give the source again when the optics put it out of focus; and it should look like what the network was trained on.
 *
 * @param sampling pixel size · NA / λ of the frame, where it is known
 * @param isLocal whether it is also to be told where in the frame; that changes no other figure
 * @returns `undefined` for frames below 64 px, which are too small to tell
 */
export async function evidenceFor(
  source: Frame,
  restored: Frame,
  network: LoadedNetwork,
  {
    largest,
    sampling,
    isLocal = false,
  }: { readonly largest?: number; readonly sampling?: number | undefined; readonly isLocal?: boolean } = {},
): Promise<Evidence | undefined> {
  const pieces = piecesOf(source.width, source.height);
  if (pieces === undefined) return undefined;
  const again = turned(await restoreFrame(turned(source), network, largest));
  const { squares, variance, spectra, count, byPiece } = gather(source, restored, again, pieces);
  const { dof: defocusDof, unexplained, defocus } = explain(spectra, possibleDefoci(pieces.side, sampling));
  const disagreement = variance > 0 ? squares / variance : 0;
  const evidence = { disagreement, unexplained, defocusDof, octaves: octavesOf(spectra, count) };
  if (!isLocal) return evidence;
  const perPixel = variance / (count * pieces.side ** 2);
  const local = {
    disagreement: localDisagreement(source, restored, again, pieces.side, perPixel),
    unexplained: localUnexplained(pieces, byPiece, defocus),
  };
  return { ...evidence, local };
}

/** What the line goes by. */
export function termsOf({ disagreement, unexplained, octaves }: Evidence, familiar: Familiar) {
  const log = (share: number) => Math.log(Math.max(LEAST_SHARE, share));
  return {
    disagreement: log(disagreement),
    unexplained: log(unexplained),
    strangeness: strangenessOf(octaves, familiar),
  };
}

/** What the evidence amounts to. */
export function trustFrom(evidence: Evidence, calibration: TrustCalibration): Trust {
  const { disagreement, unexplained, strangeness } = termsOf(evidence, calibration.familiar);
  const ssim =
    calibration.intercept +
    calibration.disagreement * disagreement +
    calibration.unexplained * unexplained +
    calibration.strangeness * strangeness;
  return { ...evidence, strangeness, trust: Math.min(1, Math.max(0, ssim)) };
}

interface Sums {
  readonly squares: number;
  readonly variance: number;
  readonly spectra: Spectra;
  readonly count: number;
  /** Of each piece, over all channels. */
  readonly byPiece: readonly Spectra[];
}

/** Over all pieces of all channels. */
function gather(source: Frame, restored: Frame, again: Frame, { side, pieces }: Pieces): Sums {
  const spectra = emptySpectra(side / 2);
  const byPiece = pieces.map(() => emptySpectra(side / 2));
  let [squares, variance, count] = [0, 0, 0];
  for (const [c, own] of channelStatistics(source).entries()) {
    const [s, r, a] = [source, restored, again].map((frame) => standardisedChannel(frame, c, own)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    for (const [k, piece] of pieces.entries()) {
      const apart = compare(r, a, source.width, piece, side);
      squares += apart.squares;
      variance += apart.variance;
      count++;
      const one = spectraOf(s, r, source.width, piece, side);
      addSpectra(spectra, one);
      addSpectra(byPiece[k]!, one);
    }
  }
  return { squares, variance, spectra, count, byPiece };
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
