import type { Classifier } from "../../focus/classifier.js";
import { judgeFrame } from "../../focus/judge-frame.js";
import { logOdds } from "../../focus/log-odds.js";
import type { SecondOpinion, Thresholds } from "../../focus/verdict.js";
import { USUAL_WAVELENGTH_UM } from "../../frames/depth-of-field.js";
import type { Frame } from "../../frames/frame.js";
import { defocusFrame, FORWARD_MODELS, frameOf, readSource, type Source } from "../dataset/defocused-frame.js";
import type { Field } from "../dataset/fields.js";
import { SAMPLINGS } from "../optics/draw-optics.js";
import { createRandom, type Random } from "../random.js";
import { hiddenOf, logitOf } from "./head.js";
import type { HeadNetwork } from "./head-network.js";
import type { Judged } from "./score.js";

/** What is known of the microscope; what is not is drawn anew for each frame. */
export interface Microscope {
  readonly na?: number | undefined;
  readonly pixelUm?: number | undefined;
}

/** By what the daemon would judge: the classifier's card, and the configuration. */
export interface Judging extends Omit<Classifier, "network"> {
  readonly thresholds: Thresholds;
}

/** DOF units. In focus; and just out of it, where it is hard, more often than far out. */
const IN_FOCUS = [0, 0.35] as const;
const OUT_OF_FOCUS = [
  [1, 1.5],
  [1.5, 2.5],
  [2.5, 4.5],
] as const;
const USUAL_NA = 0.3;

/**
 * Judges each focused field as it is and put out of focus by both forward models: 9 frames of each.
 * @throws RF_TRAINING_DATA for fields that cannot be read
 */
export async function judgeFields(
  fields: readonly Field[],
  network: HeadNetwork,
  judging: Judging,
  microscope: Microscope,
  seed: number,
  onField: (done: number) => void = () => {},
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const [k, field] of fields.entries()) {
    for (const { frame, isDefocused } of await framesOf(field, microscope, createRandom(seed * 1_000_003 + k))) {
      const { tiles, second } = await look(frame, network, judging);
      // What shows nothing has no focus.
      if (tiles.some(({ isBlank }) => !isBlank)) judged.push({ group: field.group, isDefocused, tiles, second });
    }
    onField(k + 1);
  }
  return judged;
}

/** The field as it is, and with each forward model in focus and out of it. */
async function framesOf(field: Field, { na, pixelUm }: Microscope, random: Random) {
  const own = await readSource(field);
  const source = (): Source => {
    const ownNa = na ?? USUAL_NA;
    const drawn = (random.logBetween(...SAMPLINGS) * USUAL_WAVELENGTH_UM) / ownNa;
    return { ...own, na: ownNa, pixelUm: pixelUm ?? drawn };
  };
  const frames: { frame: Frame; isDefocused: boolean }[] = [
    { frame: frameOf(own.plane, own.bitDepth), isDefocused: false },
  ];
  for (const model of FORWARD_MODELS) {
    for (const [from, to] of [IN_FOCUS, ...OUT_OF_FOCUS]) {
      const dof = random.between(from, to) * random.sign();
      const { frame } = defocusFrame(source(), model, dof, random);
      frames.push({ frame, isDefocused: Math.abs(dof) >= 1 });
    }
  }
  return frames;
}

async function look(
  frame: Frame,
  network: HeadNetwork,
  { thresholds, ...judging }: Judging,
): Promise<Pick<Judged, "tiles" | "second">> {
  const features: Float32Array[] = [];
  const judgement = await judgeFrame(
    frame,
    { ...judging, network: network.watched((one) => features.push(one)) },
    thresholds,
  );
  const { spectrum } = judging;
  const says = judgement.spectrum?.pDefocused;
  const second: SecondOpinion | undefined =
    spectrum?.joint === undefined || says === undefined ? undefined : { logit: logOdds(says), joint: spectrum.joint };
  const { head } = network;
  const tiles = judgement.tiles.map((tile, k) => ({
    ...tile,
    features: features[k]!,
    logit: logitOf(head, hiddenOf(head, features[k]!)),
  }));
  return { tiles, second };
}
