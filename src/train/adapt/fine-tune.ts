import { join } from "node:path";
import { loadTensorflow } from "../../engines/tensorflow-binding.js";
import type { ModelCard } from "../../models/card.js";
import type { InstalledModel } from "../../models/registry.js";
import { architectureOf } from "../architectures/index.js";
import { awaitPool } from "../await-pool.js";
import { saveModel } from "../export/save-model.js";
import type { SavedTensor } from "../loop/checkpoint.js";
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
  /** How far the model is on the way from the old weights (0) to those that were learnt (1). */
  readonly share: number;
}

export interface SharedModel {
  readonly share: number;
  /** The model's folder, in the work folder. */
  readonly directory: string;
}

/**
 * The mean of old weights and new ones keeps more of what was known (Wortsman et al. 2022): on airway half of the way
 * had three quarters of the gain, and a third of what was lost on T98G.
 */
export const SHARES = [1, 0.5, 0.25] as const;

/**
 * Goes on with a reconstructor on a laboratory's pool for some minutes, and writes what came of it into the work folder: a model for each of
 * `SHARES`.
 *
 * @param cardOf the model's card, from how the training went
 * @returns undefined when the signal came before it was done
 * @throws RF_ENGINE_MISSING, RF_TRAINING_DATA, RF_MODEL_INVALID
 */
export async function fineTune(
  { parent, pool, minutes, work, seed }: FineTuneRequest,
  cardOf: (course: Course) => Omit<ModelCard, "sha256" | "selfTest">,
  world: TrainingWorld,
): Promise<readonly SharedModel[] | undefined> {
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
      const models: SharedModel[] = [];
      for (const share of SHARES) {
        setModelWeights(tf, shipped, meanWeights(initial, checkpoint.average, share));
        const card = cardOf({ plan, steps: checkpoint.step, minutes: checkpoint.elapsedMs / 60_000, share });
        const folder = join(work, "models", String(share));
        models.push({ share, directory: (await saveModel(tf, shipped, folder, card, selfTestShape)).directory });
      }
      return models;
    } finally {
      shipped.dispose();
    }
  } finally {
    await world.pool.stop();
  }
}

function meanWeights(before: readonly SavedTensor[], after: readonly SavedTensor[], share: number): SavedTensor[] {
  return before.map(({ name, shape, data }, i) => ({
    ...{ name, shape },
    data: data.map((value, k) => (1 - share) * value + share * after[i]!.data[k]!),
  }));
}
