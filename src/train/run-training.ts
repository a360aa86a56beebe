import { basename } from "node:path";
import { loadTensorflow } from "../engines/tensorflow-binding.js";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { ModelKind } from "../models/card.js";
import { findModel } from "../models/registry.js";
import type { Clock } from "../system/clock.js";
import { architectureNames } from "./architectures/index.js";
import { awaitPool } from "./await-pool.js";
import { checkFields, listFields, type Split } from "./dataset/fields.js";
import { splitFor } from "./dataset/folds.js";
import { poolItems } from "./dataset/pool.js";
import { exportCheckpoint } from "./export-checkpoint.js";
import { type Checkpoint, type Epoch, loadCheckpoint, type SavedTensor } from "./loop/checkpoint.js";
import type { Task } from "./loop/task.js";
import { type StepProgress, trainNetwork } from "./loop/train-network.js";
import { validateCheckpoint } from "./loop/validate-checkpoint.js";
import { choicesOf, type PlanWishes, recipeOf, type TrainingPlan, taskOf, trainingPlan } from "./plan.js";
import type { PoolProcess } from "./pool-process.js";
import { FIRST_ITEMS, FIRST_VALIDATION_ITEMS, type PoolPlan, validationSize } from "./render-pools.js";
import type { Tf } from "./tfjs.js";
import { weightsFor } from "./weights.js";
import { claimPool, poolManifest, type WorkFolder, workFolder } from "./work-folder.js";

export interface TrainingOptions extends PoolPlan {
  readonly kind: ModelKind;
  /** Which network, how, and how long; what is left open is ours, or that of the training that goes on. */
  readonly wishes: PlanWishes;
  /** Name of the model, and of its folder. */
  readonly name: string;
  /** Folder of models to write to. */
  readonly models: string;
  /** Folder of pool and checkpoints. */
  readonly work: string;
  readonly resume: boolean;
  /** Folder of a model of the same architecture to start from. */
  readonly from?: string;
  readonly threads?: number;
  readonly version: string;
  /** For the card: where the fields come from, their licence, and the command line. */
  readonly source: string;
  readonly licence: string;
  readonly command: string;
  readonly note?: string;
}

export type TrainingEvent =
  | { readonly kind: "reading"; readonly done: number; readonly total: number }
  | { readonly kind: "pool"; readonly items: number; readonly needed: number }
  | { readonly kind: "training"; readonly fields: number; readonly heldOut: number; readonly step: number }
  | { readonly kind: "step"; readonly progress: StepProgress }
  | { readonly kind: "epoch"; readonly epoch: Epoch }
  | { readonly kind: "exporting" };

export interface TrainingWorld {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: (event: TrainingEvent) => void;
  readonly pool: Pick<PoolProcess, "start" | "check" | "stop">;
  /** Replaced in tests; else libtensorflow. */
  readonly tf?: Tf;
}

export type TrainingOutcome =
  | {
      readonly kind: "finished";
      readonly directory: string;
      readonly checkpoint: Checkpoint;
      readonly maxDifference: number;
    }
  /** `minutes` is undefined when it was stopped before the first step: there is no checkpoint. */
  | { readonly kind: "interrupted"; readonly minutes: number | undefined };

/**
 * Trains a network on a folder of focused frames and writes it as a model with its card. A checkpoint whose minutes or epochs are
 * already over goes straight to the model.
 *
 * @throws RF_TRAINING_DATA, RF_ENGINE_MISSING, RF_USAGE, RF_MODEL_MISSING, RF_MODEL_INVALID
 */
export async function runTraining(options: TrainingOptions, world: TrainingWorld): Promise<TrainingOutcome> {
  const folder = workFolder(options.work, options.name);
  const split = splitFor(await listFields(options.data), options);
  const { plan, saved } = await planFor(options, folder);
  const task = taskOf(plan);
  const tf = world.tf ?? loadTensorflow(options.threads === undefined ? {} : { threads: options.threads }).tf;

  let checkpoint = saved;
  if (!saved || !isOver(saved, plan)) {
    const initial =
      options.from === undefined || saved ? undefined : await initialWeights(tf, task, plan.kind, options.from);
    const ready = await preparePool(split, options, folder, world);
    if (!ready) return { kind: "interrupted", minutes: saved && saved.elapsedMs / 60_000 };
    try {
      world.onEvent({
        kind: "training",
        fields: split.train.length,
        heldOut: split.validation.length,
        step: saved?.step ?? 0,
      });
      const result = await trainNetwork(tf, task, {
        folder: folder.checkpoint,
        trainItems: folder.train,
        validationItems: folder.validation,
        recipe: recipeOf(plan),
        choices: choicesOf(plan),
        // A resumed training keeps its seed, whatever was given this time.
        seed: saved?.seed ?? options.seed,
        resume: saved !== undefined,
        ...(initial && { initial }),
        signal: world.signal,
        now: () => world.clock.monotonic(),
        onStep: (progress) => world.onEvent({ kind: "step", progress }),
        onEpoch: (epoch) => world.onEvent({ kind: "epoch", epoch }),
      });
      checkpoint = result.checkpoint;
      result.model.dispose();
      if (!result.finished) return { kind: "interrupted", minutes: checkpoint.elapsedMs / 60_000 };
    } finally {
      await world.pool.stop();
    }
  }
  if (!checkpoint) throw new RefocusdError("RF_INTERNAL", "a training ended without a checkpoint");
  world.onEvent({ kind: "exporting" });
  checkpoint = await validateCheckpoint(tf, task, checkpoint, await poolItems(folder.validation));
  const written = await exportCheckpoint(tf, plan, checkpoint, options.models, {
    name: options.name,
    version: options.version,
    source: options.source,
    licence: options.licence,
    split,
    items: { train: (await poolItems(folder.train)).length, validation: (await poolItems(folder.validation)).length },
    command: options.command,
    ...(options.note === undefined ? {} : { note: options.note }),
    ...(options.from === undefined ? {} : { from: basename(options.from) }),
    date: new Date(world.clock.now()).toISOString().slice(0, 10),
  });
  return { kind: "finished", checkpoint, ...written };
}

/** The plan, and the checkpoint to go on from. An hour's work is neither overwritten nor taken for another network's. */
async function planFor(options: TrainingOptions, folder: WorkFolder) {
  const saved = await loadCheckpoint(folder.checkpoint);
  if (saved && !options.resume) {
    throw new RefocusdError(
      "RF_USAGE",
      `${folder.checkpoint} holds a training at step ${saved.step}: go on with --resume, or give another --name or --work`,
    );
  }
  if (!saved && options.resume) throw new RefocusdError("RF_USAGE", `${folder.checkpoint} holds no training to resume`);
  // What is not asked for is as it was, though another network may be the usual one by now.
  const isOfKind = saved !== undefined && architectureNames(options.kind).some((name) => name === saved.architecture);
  const wishes = { ...(isOfKind && { architecture: saved.architecture }), ...options.wishes };
  const plan = trainingPlan(options.kind, wishes, saved && (saved.choices ?? { recipe: "ours" }));
  if (saved && saved.architecture !== plan.architecture) {
    throw new RefocusdError(
      "RF_USAGE",
      `${folder.checkpoint} holds a ${saved.architecture}, not a ${plan.architecture}`,
    );
  }
  if (recipeOf(plan).startsFromModel && options.from === undefined && !saved) {
    throw new RefocusdError("RF_USAGE", `the recipe ${plan.recipe} goes on from a model: give --from`);
  }
  return { plan, saved };
}

function isOver({ elapsedMs, place }: Checkpoint, { length }: TrainingPlan): boolean {
  return "minutes" in length ? elapsedMs >= length.minutes * 60_000 : (place?.pass ?? 0) >= length.epochs;
}

/** Only of the same kind, and proven against its card first. */
async function initialWeights(tf: Tf, task: Task, kind: ModelKind, directory: string): Promise<SavedTensor[]> {
  const absolute = directory.replace(/[/\\]+$/, "");
  await findModel(absolute.slice(0, -basename(absolute).length) || ".", basename(absolute), kind);
  return weightsFor(tf, task, absolute);
}

/** @returns false when the signal came first */
async function preparePool(
  split: Split,
  options: TrainingOptions,
  folder: WorkFolder,
  world: TrainingWorld,
): Promise<boolean> {
  const { onEvent, pool } = world;
  const fields = [...split.train, ...split.validation];
  await checkFields(fields, (done) => onEvent({ kind: "reading", done, total: fields.length }));
  await claimPool(folder, poolManifest(split, options.seed, options.compared));
  pool.start();
  // Trainings that are compared learn from as much, and are measured on the same: each begins when its whole pool is rendered.
  const { size, compared } = options;
  const first = compared ? size : Math.min(FIRST_ITEMS, size);
  const firstValidation = compared ? validationSize(options) : FIRST_VALIDATION_ITEMS;
  return awaitPool(
    [
      [folder.train, first],
      [folder.validation, firstValidation],
    ],
    world,
  );
}
