import type { LoadedNetwork } from "../../engines/engine.js";
import { judgeFrame, type LookedAt } from "../../focus/judge-frame.js";
import { frameVerdict, type Thresholds, type Verdict } from "../../focus/verdict.js";
import { USUAL_WAVELENGTH_UM } from "../../frames/depth-of-field.js";
import type { Frame } from "../../frames/frame.js";
import { defocusFrame, FORWARD_MODELS, frameOf, readSource, type Source } from "../dataset/defocused-frame.js";
import type { Field } from "../dataset/fields.js";
import { SAMPLINGS } from "../optics/draw-optics.js";
import { createRandom, type Random } from "../random.js";
import { fitLogit, type LogitLine, loss, probability, type Said, UNCHANGED } from "./fit-logit.js";

/** What is known of the microscope; what is not is drawn anew for each frame. */
export interface Microscope {
  readonly na?: number | undefined;
  readonly pixelUm?: number | undefined;
}

export interface Adaptation {
  readonly line: LogitLine;
  /** Computed frames, and how each classifier did on fields that it was not fitted on. */
  readonly frames: number;
  readonly before: Score;
  readonly after: Score;
  /** Whether the new one is better; see `isBetterThan`. */
  readonly isBetter: boolean;
}

export interface Score {
  readonly right: number;
  readonly uncertain: number;
  readonly wrong: number;
  /** Of the focused frames, so many were called so; the others are defocused. */
  readonly focusedRight: number;
  readonly focused: number;
  /** Mean −ln of the probability of what a frame is. */
  readonly logLoss: number;
}

/** A frame whose truth is known, and what the network said of its tiles. */
interface Judged {
  readonly group: string;
  readonly isDefocused: boolean;
  readonly tiles: readonly (LookedAt & { readonly logit: number })[];
}

/** DOF units. In focus; and just out of it, where it is hard, more often than far out. */
const IN_FOCUS = [0, 0.35] as const;
const OUT_OF_FOCUS = [
  [1, 1.5],
  [1.5, 2.5],
  [2.5, 4.5],
] as const;
const FOLDS = 5;
const USUAL_NA = 0.3;

/**
 * Fits the classifier's line to a laboratory: each focused field is judged as it is and put out of focus by both forward models, and the
 * logit is scaled and shifted so that what is said is likeliest. What that is worth is measured on fields that were left out of the fit, in turn.
 *
 * @throws RF_TRAINING_DATA for fields that cannot be read
 */
export async function adaptClassifier(
  fields: readonly Field[],
  network: LoadedNetwork,
  thresholds: Thresholds,
  microscope: Microscope,
  seed: number,
  onField: (done: number) => void = () => {},
): Promise<Adaptation> {
  const judged: Judged[] = [];
  for (const [k, field] of fields.entries()) {
    for (const { frame, isDefocused } of await framesOf(field, microscope, createRandom(seed * 1_000_003 + k))) {
      const tiles = await tilesOf(frame, network, thresholds);
      // What shows nothing has no focus.
      if (tiles.some(({ isBlank }) => !isBlank)) judged.push({ group: field.group, isDefocused, tiles });
    }
    onField(k + 1);
  }
  return adaptTo(judged, thresholds);
}

function adaptTo(judged: readonly Judged[], thresholds: Thresholds): Adaptation {
  const groups = [...new Set(judged.map(({ group }) => group))];
  const folds = Math.min(FOLDS, groups.length);
  const held = groups.map((group, k) => ({ group, fold: k % folds }));
  const foldOf = new Map(held.map(({ group, fold }) => [group, fold]));
  const lines = Array.from({ length: folds }, (_, fold) =>
    fitLogit(judged.filter(({ group }) => foldOf.get(group) !== fold).map(saidOf)),
  );
  const before = score(judged, () => UNCHANGED, thresholds);
  const after = score(judged, ({ group }) => lines[foldOf.get(group)!]!, thresholds);
  const isBetter = isBetterThan(after, before);
  return { line: fitLogit(judged.map(saidOf)), frames: judged.length, before, after, isBetter };
}

/** An uncertain frame costs a look, a wrong one costs the frame: so many right ones may become uncertain as wrong ones no longer are. */
export function isBetterThan(after: Score, before: Score): boolean {
  const gained = after.right - after.wrong - (before.right - before.wrong);
  return after.logLoss < before.logLoss && after.wrong <= before.wrong && gained >= 0;
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

async function tilesOf(frame: Frame, network: LoadedNetwork, thresholds: Thresholds): Promise<Judged["tiles"]> {
  const { tiles, focusMap } = await judgeFrame(frame, network, thresholds);
  const probabilities = focusMap.flat();
  return tiles.map((tile, k) => ({ ...tile, logit: logitOf(probabilities[k]!) }));
}

/** A probability of 1 in 32-bit floats is some 16. */
function logitOf(probability: number): number {
  const p = Math.min(1 - 1e-7, Math.max(1e-7, probability));
  return Math.log(p / (1 - p));
}

function saidOf({ tiles, isDefocused }: Judged): Said {
  const telling = tiles.filter(({ isBlank }) => !isBlank);
  return { isDefocused, tiles: telling.map(({ logit, contrast }) => ({ logit, weight: Math.sqrt(contrast) })) };
}

function score(judged: readonly Judged[], lineOf: (one: Judged) => LogitLine, thresholds: Thresholds): Score {
  let [right, uncertain, wrong, focused, focusedRight, sum, told] = [0, 0, 0, 0, 0, 0, 0];
  for (const one of judged) {
    const line = lineOf(one);
    const tiles = one.tiles.map(({ logit, ...structure }) => ({ structure, pDefocused: probability(logit, line) }));
    const { verdict, pDefocused } = frameVerdict(tiles, thresholds);
    const meant: Verdict = one.isDefocused ? "defocused" : "focused";
    if (verdict === meant) right++;
    else if (verdict === "uncertain" || verdict === "blank") uncertain++;
    else wrong++;
    if (!one.isDefocused) focused++;
    if (!one.isDefocused && verdict === meant) focusedRight++;
    if (pDefocused === null) continue;
    sum += loss(pDefocused, one.isDefocused);
    told++;
  }
  return { right, uncertain, wrong, focused, focusedRight, logLoss: told === 0 ? 0 : sum / told };
}
