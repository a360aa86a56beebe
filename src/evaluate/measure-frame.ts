import type { Classifier } from "../focus/classifier.js";
import { type Judgement, judgeFrame } from "../focus/judge-frame.js";
import { frameVerdict, type Verdict } from "../focus/verdict.js";
import { pixelSampling, USUAL_WAVELENGTH_UM } from "../frames/depth-of-field.js";
import type { Frame } from "../frames/frame.js";
import type { Distance } from "../optics/distance.js";
import type { Reconstructor } from "../restore/reconstructor.js";
import { restoreFrame } from "../restore/restore-frame.js";
import type { Clock } from "../system/clock.js";
import { type DefocusedFrame, defocusFrame, type ForwardModel, type Source } from "../train/dataset/defocused-frame.js";
import { eightBitScale, toEightBit } from "../train/metrics/eight-bit.js";
import { meanAbsoluteError } from "../train/metrics/mean-absolute-error.js";
import { peakSignalToNoise } from "../train/metrics/psnr.js";
import { ssim } from "../train/metrics/ssim.js";
import type { Plane } from "../train/plane.js";
import { createRandom } from "../train/random.js";
import type { Band } from "./bands.js";

export interface Networks {
  /** Left out: nothing is judged. */
  readonly classifier?: Classifier;
  /** Others that judge the same frames beside it, and what is made of them. */
  readonly others?: readonly (Classifier & { readonly name: string })[];
  /** The first is the one that examples are shown of. */
  readonly reconstructors: readonly { readonly name: string; readonly network: Reconstructor }[];
}

/** What a frame is judged with. */
export type JudgeNetworks = Networks & { readonly classifier: Classifier };

/** How close two planes are on the reference's 8-bit scale. */
export interface Closeness {
  readonly ssim: number;
  readonly mae: number;
  /** dB; null where the two are equal. */
  readonly psnr: number | null;
}

/** What a reconstructor made of a frame, against the focused one. */
export interface Restored extends Closeness {
  readonly name: string;
  /** SSIM between the reconstruction and what it was made from. */
  readonly ssimChange: number;
  /** SSIM of what the network alone makes of the frame, before that is held to its source. */
  readonly ssimAlone: number;
  /** What the classifier says of the reconstruction of a defocused frame; null for others and for blank ones. */
  readonly pDefocused: number | null;
  /** What its tiles alone say. */
  readonly pTiles: number | null;
}

/** What a further classifier says of a frame. */
export interface Opinion {
  readonly name: string;
  readonly verdict: Verdict;
  readonly pDefocused: number | null;
  /** P(defocused) per tile. */
  readonly tiles: readonly number[];
  /** P(defocused) of what each reconstructor made of a defocused frame; null for others and for blank ones. */
  readonly made: readonly (number | null)[];
}

/** One computed frame and what became of it. */
export interface Measured {
  readonly source: string;
  readonly model: ForwardModel;
  readonly band: string;
  readonly defocused: boolean;
  readonly dof: number;
  /** Null without a classifier. */
  readonly verdict: Verdict | null;
  readonly pDefocused: number | null;
  /** What the tiles alone would have said; null where there is no second opinion, or nothing to judge. */
  readonly byTiles: { readonly verdict: Verdict; readonly pDefocused: number | null } | null;
  readonly pSpectrum: number | null;
  /** From focus, by the power spectrum; null where the classifier tells none. */
  readonly distance: Distance | null;
  /** P(defocused) per tile. */
  readonly tiles: readonly number[];
  readonly before: Closeness;
  /** SSIM of what the optics make of the frame without a network, which leaves it as it is; null where nothing holds it. */
  readonly ssimByOptics: number | null;
  readonly restored: readonly Restored[];
  readonly others: readonly Opinion[];
}

/** The figures of a frame, with the pixels they were measured on and how long each network took, ms. */
export interface MeasuredFrame {
  readonly measured: Measured;
  readonly frame: Frame;
  readonly reference: Plane;
  /** One for each reconstructor. */
  readonly restored: readonly Frame[];
  readonly judgeMs: number;
  readonly restoreMs: readonly number[];
}

/** The thresholds that the configuration has by default. */
export const THRESHOLDS = { focusedBelow: 0.35, defocusedAbove: 0.65 } as const;

const NO_NETWORK: Reconstructor = { run: async (input) => input };

/** Puts a source out of focus by a |z| drawn from the band, of either sign, and lets the networks judge and reconstruct it. */
export async function measureFrame(
  networks: Networks,
  source: Source,
  model: ForwardModel,
  band: Band,
  seed: number,
  clock: Clock,
): Promise<MeasuredFrame> {
  const random = createRandom(seed);
  const dof = random.between(band.from, band.to) * random.sign();
  const defocused = defocusFrame(source, model, dof, random);
  const sampling = pixelSampling(source.pixelUm, source.na, USUAL_WAVELENGTH_UM);
  return measureDefocused(networks, defocused, { source: source.name, model, band, dof, sampling }, clock);
}

/** What a frame with its reference is. */
export interface Known {
  readonly source: string;
  readonly model: ForwardModel;
  readonly band: Band;
  readonly dof: number;
  /** Pixel size · NA / λ that is told with it. */
  readonly sampling: number | undefined;
}

/** Lets the networks judge and reconstruct a frame of which it is known what it would be in focus. */
export async function measureDefocused(
  networks: Networks,
  { frame, reference }: Pick<DefocusedFrame, "frame" | "reference">,
  { source, model, band, dof, sampling }: Known,
  clock: Clock,
): Promise<MeasuredFrame> {
  const judge = async (one: Frame) =>
    networks.classifier && (await judgeFrame(one, networks.classifier, THRESHOLDS, sampling));

  const start = clock.monotonic();
  const judgement = await judge(frame);
  const judgeMs = clock.monotonic() - start;
  const scale = eightBitScale(reference);
  const focused = toEightBit(reference, scale);
  const before = toEightBit(planeOf(frame), scale);
  const restored: Frame[] = [];
  const restoreMs: number[] = [];
  const figures: Restored[] = [];
  for (const { name, network } of networks.reconstructors) {
    const from = clock.monotonic();
    const { frame: made, byNetwork } = await restoreFrame(frame, network, { distance: judgement?.distance, sampling });
    restoreMs.push(clock.monotonic() - from);
    restored.push(made);
    const after = toEightBit(planeOf(made), scale);
    const again = band.defocused ? await judge(made) : undefined;
    figures.push({
      name,
      ...closeness(after, focused),
      ssimChange: ssim(after, before),
      ssimAlone: ssim(toEightBit(planeOf(byNetwork), scale), focused),
      pDefocused: again?.pDefocused ?? null,
      pTiles: again ? verdictByTiles(again).pDefocused : null,
    });
  }
  const others: Opinion[] = [];
  for (const other of networks.others ?? []) {
    const { verdict, pDefocused, focusMap } = await judgeFrame(frame, other, THRESHOLDS);
    const ofMade: (number | null)[] = [];
    for (const made of restored)
      ofMade.push(band.defocused ? (await judgeFrame(made, other, THRESHOLDS)).pDefocused : null);
    others.push({ name: other.name, verdict, pDefocused, tiles: focusMap.flat(), made: ofMade });
  }
  const byOptics = await restoreFrame(frame, NO_NETWORK, { distance: judgement?.distance, sampling });
  const measured: Measured = {
    source,
    model,
    band: band.name,
    defocused: band.defocused,
    dof,
    verdict: judgement?.verdict ?? null,
    pDefocused: judgement?.pDefocused ?? null,
    byTiles: judgement?.spectrum ? verdictByTiles(judgement) : null,
    pSpectrum: judgement?.spectrum?.pDefocused ?? null,
    distance: judgement?.distance ?? null,
    tiles: judgement?.focusMap.flat() ?? [],
    before: closeness(before, focused),
    ssimByOptics: byOptics.heldBy && ssim(toEightBit(planeOf(byOptics.frame), scale), focused),
    restored: figures,
    others,
  };
  return { measured, frame, reference, restored, judgeMs, restoreMs };
}

/** What the tiles of a frame say without its spectrum. */
export function verdictByTiles({ tiles, focusMap }: Judgement) {
  const all = focusMap.flat();
  return frameVerdict(
    tiles.map((structure, k) => ({ structure, pDefocused: all[k]! })),
    THRESHOLDS,
  );
}

/** Both on the reference's 8-bit scale. */
export function closeness(plane: Plane, focused: Plane): Closeness {
  const psnr = peakSignalToNoise(plane, focused);
  return {
    ssim: ssim(plane, focused),
    mae: meanAbsoluteError(plane, focused),
    psnr: Number.isFinite(psnr) ? psnr : null,
  };
}

export function planeOf({ width, height, data }: Frame): Plane {
  return { width, height, data: Float32Array.from(data) };
}
