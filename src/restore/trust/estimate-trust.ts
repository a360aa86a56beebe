import type { LoadedNetwork } from "../../engines/engine.js";
import type { Frame } from "../../frames/frame.js";
import { channelStatistics, standardisedChannel } from "../../frames/pixels.js";
import { restoreFrame } from "../restore-frame.js";
import { type Piece, type Pieces, piecesOf } from "./pieces.js";
import { explain, possibleDefoci } from "./refocus.js";
import { addSpectra, emptySpectra, type Spectra, spectraOf } from "./spectra.js";
import { turned } from "./turned.js";

/** How the SSIM to expect follows from what can be measured without knowing the truth; fitted on frames whose truth is known. */
export interface TrustCalibration {
  readonly intercept: number;
  /** Per natural logarithm of the disagreement. */
  readonly disagreement: number;
  /** Per natural logarithm of the unexplained share. */
  readonly unexplained: number;
}

/** How far a reconstruction can be believed. */
export interface Trust {
  /** The SSIM with the frame in focus that is to be expected, 0 to 1. */
  readonly trust: number;
  /** The same for each piece of the frame, rows × columns. */
  readonly map: readonly (readonly number[])[];
  /** |z| in DOF units at which the reconstruction, put out of focus by the optics, is most like the source. */
  readonly defocusDof: number;
  /** Between the reconstruction and that of the frame turned by 180°: mean squared difference over the reconstruction's variance. */
  readonly disagreement: number;
  /** Share of the source's power that the reconstruction does not explain when it is put out of focus again. */
  readonly unexplained: number;
}

/** What of one piece, or of all, is seen. */
interface Evidence {
  readonly squares: number;
  readonly variance: number;
  readonly spectra: Spectra;
}

/** Logarithms of shares below this say nothing more. */
const LEAST_SHARE = 1e-4;

/**
 * Estimates how far a reconstruction can be believed, from two things that need no truth: a network that knows what it sees says the
 * same of the frame turned by 180°, and what it says must give the source again when the optics put it out of focus.
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
  const judge = (one: Evidence) => {
    const { dof, unexplained } = explain(one.spectra, defoci);
    const disagreement = one.variance > 0 ? one.squares / one.variance : 0;
    return { dof, unexplained, disagreement, trust: expectedSsim(disagreement, unexplained, calibration) };
  };
  const whole = judge(together(evidence, pieces.side / 2));
  const map = Array.from({ length: pieces.rows }, (_, row) =>
    evidence.slice(row * pieces.columns, (row + 1) * pieces.columns).map((one) => judge(one).trust),
  );
  const { trust, dof, disagreement, unexplained } = whole;
  return { trust, map, defocusDof: dof, disagreement, unexplained };
}

export function expectedSsim(disagreement: number, unexplained: number, calibration: TrustCalibration): number {
  const log = (share: number) => Math.log(Math.max(LEAST_SHARE, share));
  const ssim =
    calibration.intercept + calibration.disagreement * log(disagreement) + calibration.unexplained * log(unexplained);
  return Math.min(1, Math.max(0, ssim));
}

function gather(source: Frame, restored: Frame, again: Frame, { side, pieces }: Pieces): Evidence[] {
  const statistics = channelStatistics(source);
  const evidence = pieces.map(() => ({ squares: 0, variance: 0, spectra: emptySpectra(side / 2) }));
  for (const [c, own] of statistics.entries()) {
    const [s, r, a] = [source, restored, again].map((frame) => standardisedChannel(frame, c, own)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    for (const [k, piece] of pieces.entries()) {
      const one = evidence[k]!;
      const { squares, variance } = compare(r, a, source.width, piece, side);
      one.squares += squares;
      one.variance += variance;
      addSpectra(one.spectra, spectraOf(s, r, source.width, piece, side));
    }
  }
  return evidence;
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

function together(evidence: readonly Evidence[], bins: number): Evidence {
  const spectra = emptySpectra(bins);
  let [squares, variance] = [0, 0];
  for (const one of evidence) {
    squares += one.squares;
    variance += one.variance;
    addSpectra(spectra, one.spectra);
  }
  return { squares, variance, spectra };
}
