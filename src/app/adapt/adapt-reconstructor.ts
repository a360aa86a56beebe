import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openOnnxEngine } from "../../engines/onnx.js";
import { distanceOf } from "../../focus/spectrum/distance-of.js";
import { pixelSampling, USUAL_WAVELENGTH_UM } from "../../frames/depth-of-field.js";
import type { ModelCard, ModelDistance } from "../../models/card.js";
import { findModel, foldersOf, type InstalledModel, readPart, WEIGHTS_FILE } from "../../models/registry.js";
import { loadReconstructor, type Reconstructor } from "../../restore/reconstructor.js";
import { restoreFrame } from "../../restore/restore-frame.js";
import type { Clock } from "../../system/clock.js";
import { fineTune, type SharedModel } from "../../train/adapt/fine-tune.js";
import { type HeldOut, holdOut } from "../../train/adapt/hold-out.js";
import { type LabPoolPlan, labPool } from "../../train/adapt/lab-pool.js";
import { measureRestored, type Restore } from "../../train/adapt/measure-restored.js";
import { reconstructorCard, reconstructorTable, type TunedFacts } from "../../train/adapt/reconstructor-card.js";
import { chooseTuned, restoredScore, shortcomings, type TunedScores } from "../../train/adapt/restored-score.js";
import { checkFields } from "../../train/dataset/fields.js";
import { poolItems } from "../../train/dataset/pool.js";
import type { TrainingWorld } from "../../train/run-training.js";
import { installModel } from "../models.js";
import type { AdaptRequest } from "./adapt.js";
import { adaptedName, hashedFrames } from "./adapt-parts.js";
import { ordinaryFields } from "./ordinary-fields.js";

export interface TuneRequest extends AdaptRequest {
  readonly minutes: number;
  /** By whose card the distance from focus is told, by which reconstructions are held to their source; undefined where they are not. */
  readonly holdBy: string | undefined;
  /** How many items are measured on; fewer in tests. */
  readonly measured?: LabPoolPlan["measured"];
}

/** What fine-tuning has brought; the new model lies in a work folder. */
export interface Tuned extends TunedScores {
  readonly old: ModelCard;
  readonly card: ModelCard;
  readonly directory: string;
  /** How far it is on the way from the old weights (0) to those that were learnt (1): one of `SHARES`. */
  readonly share: number;
  readonly isOnePlace: boolean;
  /** Whether the figures are of reconstructions that are held to their source, or by the network alone. */
  readonly isHeld: boolean;
  /** Why it is not better, in words; none when it is. */
  readonly shortcomings: readonly string[];
  readonly tried: readonly TriedShare[];
}

/** How much a model between old and new gains in SSIM from 1 DOF unit on. */
export interface TriedShare {
  readonly share: number;
  readonly own: number;
  readonly ordinary: number;
}

export interface TuneReport extends Omit<Tuned, "card" | "directory"> {
  readonly name: string;
  readonly learnt: number;
  readonly heldOut: number;
  readonly steps: number;
  /** The new model's folder; null when it was not better. */
  readonly installed: string | null;
  readonly seconds: number;
}

/** All but the process that renders the pool, which needs to know what to render. */
export interface TuneWorld extends Omit<TrainingWorld, "pool"> {
  /** @param planFile the pool's plan as JSON */
  readonly poolOf: (planFile: string) => TrainingWorld["pool"];
}

/** Some 200 MB. */
const POOL_ITEMS = 240;
/** With a frame in each of five bands of |z| each: on airway the standard error of their mean gain was 0.05 with 16. */
const MEASURED_ITEMS = { own: 16, ordinary: 8 };

/**
 * Fits a reconstructor to a laboratory's focused fields and installs it, under a name of its own, if it is better on fields that it did not
 * learn from. The old one stays. All else that is written lies in a temporary folder that is removed, however it ends.
 *
 * @returns undefined when the signal came first
 * @throws RF_USAGE for a name that is taken, RF_TRAINING_DATA, RF_MODEL_MISSING, RF_MODEL_INVALID, RF_ENGINE_MISSING
 */
export async function adaptReconstructor(request: TuneRequest, world: TuneWorld): Promise<TuneReport | undefined> {
  const started = world.clock.monotonic();
  const { models, source } = request;
  const into = request.into ?? foldersOf(models)[0];
  const name = adaptedName(request, request.model, request.name, world.clock.now());
  const work = await mkdtemp(join(tmpdir(), "refocusd-adapt-"));
  try {
    const tuned = await tune({ ...request, name }, work, world);
    if (tuned === undefined) return undefined;
    const { card, directory: _, ...kept } = tuned;
    const installed = kept.shortcomings.length === 0 ? await installTuned(tuned, into, source, world.clock) : null;
    return {
      ...{ ...kept, name, installed },
      ...{ learnt: card.adaptedOn?.length ?? 0, heldOut: card.heldOut?.length ?? 0, steps: card.trained.steps },
      seconds: Math.round((world.clock.monotonic() - started) / 1000),
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @returns the folder. @throws RF_MODEL_INVALID */
export async function installTuned(
  tuned: Pick<Tuned, "old" | "card" | "directory" | "own" | "ordinary" | "isHeld">,
  into: string,
  source: string,
  clock: Clock,
): Promise<string> {
  const { old, card, directory } = tuned;
  const weights = await readPart(join(directory, WEIGHTS_FILE));
  const figures = [reconstructorTable(old, tuned, source), ...old.figures];
  const engine = await openOnnxEngine();
  try {
    const made = { weights, card: { ...card, figures }, models: into, replace: false };
    return (await installModel(made, engine, clock)).directory;
  } finally {
    await engine.dispose();
  }
}

/**
 * Fine-tunes and measures, and installs nothing.
 * @param work an empty folder
 */
export async function tune(
  request: TuneRequest & { readonly name: string },
  work: string,
  world: TuneWorld,
): Promise<Tuned | undefined> {
  const { fields, model, seed, minutes, measured = MEASURED_ITEMS } = request;
  await checkFields(fields, (done) => world.onEvent({ kind: "reading", done, total: fields.length }));
  const parent = await findModel(request.models, model, "reconstructor");
  const distance = await distancePart(request);
  const split = holdOut(fields, seed);
  const sampling = samplingOf(request);
  const pool: LabPoolPlan = {
    folder: join(work, "pool"),
    ...{ learnt: split.learnt, heldOut: split.heldOut, ordinary: await ordinaryFields() },
    ...(sampling !== undefined && { sampling }),
    ...{ size: POOL_ITEMS, measured, seed },
  };
  const planFile = join(work, "pool.json");
  await writeFile(planFile, JSON.stringify(pool));
  const facts = await factsOf(request, split, sampling, world.clock.now());
  const models = await fineTune(
    { parent, pool, minutes, work, seed },
    (course) => reconstructorCard(parent.card, course, facts),
    { ...world, pool: world.poolOf(planFile) },
  );
  const how = { distance, knowsSampling: sampling !== undefined };
  const tried = models && (await measure(pool.folder, { parent, models, ...how }, world.signal));
  if (tried === undefined) return undefined;
  const { directory, ...scores } = chooseTuned(tried);
  const { card } = await findModel(dirname(directory), request.name, "reconstructor");
  return {
    old: parent.card,
    card,
    directory,
    isOnePlace: split.isOnePlace,
    isHeld: distance !== undefined,
    ...scores,
    tried: tried.map(shareOf),
  };
}

function shareOf({ share, own, ordinary }: Tried): TriedShare {
  return { share, own: own.gain, ordinary: ordinary.gain };
}

type Tried = SharedModel & TunedScores & Pick<Tuned, "shortcomings">;

interface Trial {
  readonly parent: InstalledModel;
  readonly models: readonly SharedModel[];
  /** By which reconstructions are held to their source. */
  readonly distance: ModelDistance | undefined;
  /** The laboratory's microscope is known. */
  readonly knowsSampling: boolean;
}

/** @returns undefined when the signal came first */
async function measure(
  folder: string,
  { parent, models, distance, knowsSampling }: Trial,
  signal: AbortSignal,
): Promise<Tried[] | undefined> {
  const engine = await openOnnxEngine();
  try {
    const old = restoring(await loadReconstructor(engine, parent), distance);
    const adapted: Restore[] = [];
    for (const { directory } of models)
      adapted.push(restoring(await loadReconstructor(engine, { ...parent, directory }), distance));
    const compared = { old, adapted, knowsSampling };
    const score = async (items: string) =>
      (await measureRestored(await poolItems(items), compared, signal)).map(restoredScore);
    const pool = labPool(folder);
    const [own, ordinary] = [await score(pool.own), await score(pool.ordinary)];
    return models.map((model, k) => {
      const scores = { own: own[k]!, ordinary: ordinary[k]! };
      return { ...model, ...scores, shortcomings: shortcomings(scores.own, scores.ordinary) };
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    await engine.dispose();
  }
}

/** As the daemon restores frames. @param part by which the distance from focus is told, to hold them to their source; left out: by the network alone */
export function restoring(network: Reconstructor, part?: ModelDistance): Restore {
  return async ({ width, height, data }, sampling) => {
    const frame = { width, height, channels: 1, bitDepth: 32, sampleFormat: "float", data } as const;
    const distance = part && distanceOf(frame, part, sampling);
    const { frame: made } = await restoreFrame(frame, network, { distance, sampling });
    return { width, height, data: Float32Array.from(made.data) };
  };
}

async function distancePart({ models, holdBy }: TuneRequest): Promise<ModelDistance | undefined> {
  return holdBy === undefined ? undefined : (await findModel(models, holdBy, "classifier")).card.spectrum?.distance;
}

function samplingOf({ microscope: { na, pixelUm } }: TuneRequest): number | undefined {
  return na === undefined || pixelUm === undefined ? undefined : pixelSampling(pixelUm, na, USUAL_WAVELENGTH_UM);
}

async function factsOf(
  { name, source, licence, command, seed }: TuneRequest & { readonly name: string },
  { learnt, heldOut, isOnePlace }: HeldOut,
  sampling: number | undefined,
  nowMs: number,
): Promise<TunedFacts> {
  return {
    ...{ name, source, licence, command, seed, isOnePlace },
    ...(sampling !== undefined && { sampling }),
    ...{ frames: await hashedFrames(learnt), heldOut: await hashedFrames(heldOut) },
    date: new Date(nowMs).toISOString().slice(0, 10),
  };
}
