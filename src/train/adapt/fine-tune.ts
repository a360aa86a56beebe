import { join } from "node:path";
import { loadTensorflow } from "../../engines/tensorflow-binding.js";
import type { ModelCard } from "../../models/card.js";
import type { InstalledModel } from "../../models/registry.js";
import { architectureOf } from "../architectures/index.js";
import { awaitPool } from "../await-pool.js";
import { saveModel } from "../export/save-model.js";
import { trainNetwork } from "../loop/train-network.js";
import { choicesOf, recipeOf, type TrainingPlan, taskOf, trainingPlan } from "../plan.js";
import type { TrainingWorld } from "../run-training.js";
import { setModelWeights, weightsFor } from "../weights.js";
import { FIRST_LAB_ITEMS, type LabPoolPlan, labPool } from "./lab-pool.js";

export interface FineTuneRequest {
  /** A reconstructor to go on from. */
  readonly parent: InstalledModel;
  readonly pool: LabPoolPlan;
  /** Of steps. */
  readonly minutes: number;
  /** A folder of its own: for the checkpoint, and for the model, in `models/`. */
  readonly work: string;
  readonly seed: number;
}

export interface Course {
  readonly plan: TrainingPlan;
  readonly steps: number;
  readonly minutes: number;
}

/**
 * Goes on with a reconstructor on a laboratory's pool for some minutes, and writes it as a model into the work folder.
 *
 * @param cardOf the model's card, from how the training went
 * @returns its folder; undefined when the signal came before it was done
 * @throws RF_ENGINE_MISSING, RF_TRAINING_DATA, RF_MODEL_INVALID
 */
export async function fineTune(
  { parent, pool, minutes, work, seed }: FineTuneRequest,
  cardOf: (course: Course) => Omit<ModelCard, "sha256" | "selfTest">,
  world: TrainingWorld,
): Promise<string | undefined> {
  const architecture = parent.card.architecture.name;
  const plan = trainingPlan("reconstructor", { architecture, recipe: "lab", length: { minutes } });
  const task = taskOf(plan);
  const tf = world.tf ?? loadTensorflow().tf;
  const initial = await weightsFor(tf, task, parent.directory);
  const { train, own, ordinary } = labPool(pool.folder);
  world.pool.start();
  try {
    const first = Math.min(FIRST_LAB_ITEMS, pool.size);
    const wanted = [
      [own, pool.measured.own],
      [ordinary, pool.measured.ordinary],
      [train, first],
    ] as const;
    if (!(await awaitPool(wanted, world))) return undefined;
    const { signal, clock, onEvent } = world;
    onEvent({ kind: "training", fields: pool.learnt.length, heldOut: pool.heldOut.length, step: 0 });
    const { model, checkpoint, finished } = await trainNetwork(tf, task, {
      ...{ folder: join(work, "checkpoint"), trainItems: train, validationItems: own },
      ...{ recipe: recipeOf(plan), choices: choicesOf(plan), seed, resume: false, initial, signal },
      now: () => clock.monotonic(),
      onStep: (progress) => onEvent({ kind: "step", progress }),
      onEpoch: (epoch) => onEvent({ kind: "epoch", epoch }),
    });
    model.dispose();
    if (!finished) return undefined;
    onEvent({ kind: "exporting" });
    const { build, selfTestShape } = architectureOf(architecture);
    const shipped = build(tf);
    try {
      setModelWeights(tf, shipped, checkpoint.average);
      const card = cardOf({ plan, steps: checkpoint.step, minutes: checkpoint.elapsedMs / 60_000 });
      return (await saveModel(tf, shipped, join(work, "models"), card, selfTestShape)).directory;
    } finally {
      shipped.dispose();
    }
  } finally {
    await world.pool.stop();
  }
}
