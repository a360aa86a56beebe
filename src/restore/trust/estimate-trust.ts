import type { Frame } from "../../frames/frame.js";
import { channelStatistics, standardisedChannel } from "../../frames/pixels.js";
import { type Pieces, piecesOf } from "../pieces.js";
import type { Reconstructor } from "../reconstructor.js";
import { type Restored, type RestoreOptions, restoreFrame } from "../restore-frame.js";
import { addSpectra, emptySpectra, type Spectra, spectraOf } from "../spectra.js";
import { heldDisagreement, ownDisagreement } from "./disagreement.js";
import { type LocalEvidence, localDisagreement, localUnexplained } from "./local-evidence.js";
import { explain, possibleDefoci } from "./refocus.js";
import { type Familiar, octavesOf, strangenessOf } from "./strangeness.js";
import { turned } from "./turned.js";

/** How the SSIM to expect follows from what can be measured without knowing the truth; fitted on frames whose truth is known. */
export interface TrustLine {
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

export interface TrustCalibration extends TrustLine {
  /**
   * Of reconstructions that are held to their source: this line gives ln(1 − SSIM), since most of these are good and differ in how small
   * the error is. Left out, of these nothing is told.
   */
  readonly held?: TrustLine | undefined;
}

/** What can be seen of a reconstruction without knowing the truth. */
export interface Evidence {
  /** Between the reconstruction and that of the frame turned by 180°: mean squared difference over the reconstruction's variance. */
  readonly disagreement: number;
  /** Share of the source's power that the network's reconstruction does not explain when it is put out of focus again. */
  readonly unexplained: number;
  /** |z| in DOF units at which that was; of a frame that was not held to its source, the one at which it explains most. */
  readonly defocusDof: number;
  /** Whether the reconstruction was held to its source; it is believed by another line then. */
  readonly isHeld: boolean;
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
 * @param restored as `restoreFrame` made it with the same options
 * @param isLocal whether it is also to be told where in the frame; that changes no other figure
 * @returns `undefined` for frames below 64 px, which are too small to tell
 */
export async function evidenceFor(
  source: Frame,
  { frame: restored, byNetwork, optics, guides, heldBy, gains }: Restored,
  network: Reconstructor,
  { isLocal = false, ...options }: RestoreOptions & { readonly isLocal?: boolean } = {},
): Promise<Evidence | undefined> {
  const pieces = piecesOf(source.width, source.height);
  if (pieces === undefined) return undefined;
  // What the network says of the frame turned is held to it only where somebody wants to see that: what comes of it follows from the gains.
  const known = { optics, guides: guides.map((guide) => guide?.toReversed()) };
  const how = { ...options, known, hold: isLocal || heldBy === null };
  const second = await restoreFrame(turned(source), network, how);
  const byPiece = spectraByPiece(source, restored, pieces);
  const spectra = emptySpectra(pieces.side / 2);
  for (const one of byPiece) addSpectra(spectra, one);
  const count = byPiece.length * source.channels;
  // What is held to its source explains that in any case; how much the network left open still tells how much it may be wrong elsewhere.
  const {
    dof: defocusDof,
    unexplained,
    defocus,
  } = heldBy ? { ...heldBy, defocus: heldBy } : explain(spectra, possibleDefoci(pieces.side, options.sampling));
  const disagreement = heldBy
    ? heldDisagreement(source, byNetwork, turned(second.byNetwork), { gains, pieces, power: spectra.restored })
    : ownDisagreement(source, restored, turned(second.frame), pieces);
  const octaves = octavesOf(spectra, count);
  const evidence = { disagreement, unexplained, defocusDof, octaves, isHeld: heldBy !== null };
  if (!isLocal) return evidence;
  const local = {
    disagreement: localDisagreement(source, restored, turned(second.frame), pieces),
    unexplained: localUnexplained(pieces, heldBy ? spectraByPiece(source, byNetwork, pieces) : byPiece, defocus),
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

/** What the evidence amounts to; `undefined` where the calibration has no line for it. */
export function trustFrom(evidence: Evidence, calibration: TrustCalibration): Trust | undefined {
  const line = evidence.isHeld ? calibration.held : calibration;
  if (line === undefined) return undefined;
  const { disagreement, unexplained, strangeness } = termsOf(evidence, line.familiar);
  const told =
    line.intercept + line.disagreement * disagreement + line.unexplained * unexplained + line.strangeness * strangeness;
  const ssim = evidence.isHeld ? 1 - Math.exp(told) : told;
  return { ...evidence, strangeness, trust: Math.min(1, Math.max(0, ssim)) };
}

/** Of each piece, over all channels. */
function spectraByPiece(source: Frame, restored: Frame, { side, pieces }: Pieces): Spectra[] {
  const byPiece = pieces.map(() => emptySpectra(side / 2));
  for (const [c, own] of channelStatistics(source).entries()) {
    const [s, r] = [standardisedChannel(source, c, own), standardisedChannel(restored, c, own)];
    for (const [k, piece] of pieces.entries()) addSpectra(byPiece[k]!, spectraOf(s, r, source.width, piece, side));
  }
  return byPiece;
}
