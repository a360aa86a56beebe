import type { LoadedNetwork } from "../../src/engines/engine.js";
import { type Judgement, judgeFrame } from "../../src/focus/judge-frame.js";
import type { Frame } from "../../src/frames/frame.js";
import { restoreFrame } from "../../src/restore/restore-frame.js";
import { defocusFrame, type ForwardModel, type Source } from "../../src/train/dataset/defocused-frame.js";
import { eightBitScale, toEightBit } from "../../src/train/metrics/eight-bit.js";
import { meanAbsoluteError } from "../../src/train/metrics/mean-absolute-error.js";
import { ssim } from "../../src/train/metrics/ssim.js";
import type { Plane } from "../../src/train/plane.js";
import { createRandom } from "../../src/train/random.js";
import type { Band } from "./bands.js";

export interface Networks {
  readonly classifier: LoadedNetwork;
  readonly reconstructor: LoadedNetwork;
}

/** One computed frame and what became of it. */
export interface Measured {
  readonly source: string;
  readonly model: ForwardModel;
  readonly band: string;
  readonly defocused: boolean;
  readonly dof: number;
  readonly verdict: Judgement["verdict"];
  readonly pDefocused: number | null;
  /** P(defocused) per tile. */
  readonly tiles: readonly number[];
  /** Against the focused frame, on its 8-bit scale. */
  readonly ssimBefore: number;
  readonly ssimAfter: number;
  readonly maeBefore: number;
  readonly maeAfter: number;
  /** Between the reconstruction and what it was made from. */
  readonly ssimChange: number;
}

/** The thresholds that the configuration has by default. */
export const THRESHOLDS = { focusedBelow: 0.35, defocusedAbove: 0.65 } as const;

export async function measureFrame(
  networks: Networks,
  source: Source,
  model: ForwardModel,
  band: Band,
  seed: number,
): Promise<Measured> {
  const random = createRandom(seed);
  const dof = random.between(band.from, band.to) * random.sign();
  const { frame, reference } = defocusFrame(source, model, dof, random);
  const judgement = await judgeFrame(frame, networks.classifier, THRESHOLDS);
  const restored = await restoreFrame(frame, networks.reconstructor);
  const scale = eightBitScale(reference);
  const focused = toEightBit(reference, scale);
  const before = toEightBit(planeOf(frame), scale);
  const after = toEightBit(planeOf(restored), scale);
  return {
    source: source.name,
    model,
    band: band.name,
    defocused: band.defocused,
    dof,
    verdict: judgement.verdict,
    pDefocused: judgement.pDefocused,
    tiles: judgement.focusMap.flat(),
    ssimBefore: ssim(before, focused),
    ssimAfter: ssim(after, focused),
    maeBefore: meanAbsoluteError(before, focused),
    maeAfter: meanAbsoluteError(after, focused),
    ssimChange: ssim(after, before),
  };
}

export function planeOf({ width, height, data }: Frame): Plane {
  return { width, height, data: Float32Array.from(data) };
}
