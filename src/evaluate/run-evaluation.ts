import { richestWindow } from "../frames/thumbnails.js";
import type { Clock } from "../system/clock.js";
import { readSource, type Source } from "../train/dataset/defocused-frame.js";
import { checkFields, type Field } from "../train/dataset/fields.js";
import { eightBitScale, toEightBit } from "../train/metrics/eight-bit.js";
import { cropPlane, type Plane } from "../train/plane.js";
import { spread } from "./choose-fields.js";
import {
  type Closeness,
  closeness,
  type JudgeNetworks,
  type Measured,
  type MeasuredFrame,
  measureFrame,
  planeOf,
} from "./measure-frame.js";
import { type Mosaic, makeMosaic } from "./mosaic.js";
import { ofEachKind, type PlannedFrame, planFrames } from "./plan.js";
import { type JudgedSmaller, judgeSmaller } from "./resolution.js";
import type { Psf } from "./richardson-lucy.js";
import { compared, searchPsf } from "./search-psf.js";

export interface EvaluationPlan {
  readonly fields: readonly Field[];
  readonly na: number;
  readonly pixelUm: number;
  /** Computed frames, rounded up to whole fields; of them so many are deconvolved as well. */
  readonly frames: number;
  readonly deconvolved: number;
  readonly mosaics: number;
  readonly seed: number;
}

/** A classifier is needed here: most of what is told is about it. */
export type EvaluationNetworks = JudgeNetworks;

/** The richest part of a frame, in counts, as it is looked at: in focus, out of it, and as each reconstructor made it. */
export interface Detail {
  readonly focused: Plane;
  readonly before: Plane;
  readonly after: readonly Plane[];
}

export interface EvaluatedFrame {
  readonly group: string;
  readonly measured: Measured;
  readonly smaller: readonly JudgedSmaller[];
  readonly judgeMs: number;
  readonly restoreMs: readonly number[];
  readonly detail: Detail;
}

/** Richardson-Lucy beside the reconstructors, all over the same middle part of one frame. */
export interface Rival {
  readonly source: string;
  readonly model: string;
  readonly band: string;
  readonly dof: number;
  readonly psf: Psf;
  readonly iterations: number;
  readonly before: Closeness;
  readonly deconvolved: Closeness;
  readonly restored: readonly Closeness[];
}

export interface Evaluation {
  readonly frames: readonly EvaluatedFrame[];
  readonly rivals: readonly Rival[];
  readonly mosaics: readonly Mosaic[];
}

/** Side of what is kept of a frame for looking at, px. */
const DETAIL = 240;

/**
 * Computes the frames of the plan one by one and measures on each what the report tells. Holds of each frame its figures and one small part.
 * @throws RF_TRAINING_DATA
 */
export async function runEvaluation(
  plan: EvaluationPlan,
  networks: EvaluationNetworks,
  clock: Clock,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Evaluation> {
  const planned = planFrames(plan.fields, plan.frames, plan.seed);
  await checkFields([...new Set(planned.map(({ field }) => field))]);
  const toDeconvolve = new Set(ofEachKind(planned, plan.deconvolved));
  const frames: EvaluatedFrame[] = [];
  const rivals: Rival[] = [];
  const total = planned.length + plan.mosaics;
  const read = sourceReader(plan);
  for (const one of planned) {
    const made = await measureFrame(networks, await read(one.field), one.model, one.band, one.seed, clock);
    const smaller = await judgeSmaller(made.frame, one.band.defocused, networks);
    frames.push(kept(one, made, smaller));
    if (toDeconvolve.has(one)) rivals.push(rivalOf(made));
    onProgress(frames.length, total);
  }
  const mosaics: Mosaic[] = [];
  for (const [k, field] of spread([...new Set(planned.map((one) => one.field))], plan.mosaics).entries()) {
    const reconstructor = networks.reconstructors[0]!.network;
    mosaics.push(await makeMosaic(await read(field), networks, reconstructor, plan.seed * 7919 + k));
    onProgress(frames.length + mosaics.length, total);
  }
  return { frames, rivals, mosaics };
}

/** Frames of one field follow each other: it is read once. */
function sourceReader({ na, pixelUm }: EvaluationPlan): (field: Field) => Promise<Source> {
  let last: { field: Field; source: Source } | undefined;
  return async (field) => {
    if (last?.field !== field) last = { field, source: { ...(await readSource(field)), na, pixelUm } };
    return last.source;
  };
}

function kept(one: PlannedFrame, made: MeasuredFrame, smaller: readonly JudgedSmaller[]): EvaluatedFrame {
  const { reference, measured, judgeMs, restoreMs } = made;
  const window = richestWindow({ ...reference, channels: 1, bitDepth: 32, sampleFormat: "float" }, DETAIL);
  const cut = (plane: Plane) => cropPlane(plane, window.left, window.top, window.width, window.height);
  const detail = {
    focused: cut(reference),
    before: cut(planeOf(made.frame)),
    after: made.restored.map((frame) => cut(planeOf(frame))),
  };
  return { group: one.field.group, measured, smaller, judgeMs, restoreMs, detail };
}

function rivalOf({ frame, reference, restored, measured }: MeasuredFrame): Rival {
  const scale = eightBitScale(reference);
  const part = (plane: Plane) => toEightBit(compared(plane), scale);
  const focused = part(reference);
  const { psf, iterations, closeness: deconvolved } = searchPsf(planeOf(frame), reference);
  const { source, model, band, dof } = measured;
  return {
    source,
    model,
    band,
    dof,
    psf,
    iterations,
    before: closeness(part(planeOf(frame)), focused),
    deconvolved,
    restored: restored.map((one) => closeness(part(planeOf(one)), focused)),
  };
}
