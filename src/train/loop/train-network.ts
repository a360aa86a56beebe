import type { LayersModel, Optimizer, Tensor } from "@tensorflow/tfjs";
import { poolItems } from "../dataset/pool.js";
import { createOptimiser, disposeOptimiser, setRate } from "../optimisers/index.js";
import { createRandom } from "../random.js";
import { type Length, type Recipe, rateAt } from "../recipes.js";
import type { Tf } from "../tfjs.js";
import { bestScore, scoreOf } from "./best-epoch.js";
import {
  type Checkpoint,
  type Epoch,
  loadCheckpoint,
  type PassPlace,
  type SavedTensor,
  saveCheckpoint,
  type TrainingChoices,
} from "./checkpoint.js";
import { START, turnAt } from "./passes.js";
import type { Figures, Task } from "./task.js";
import { blend, copy, read, readOptimiser, setOptimiser, setTensors, setWeights } from "./tensors.js";
import { validateCheckpoint } from "./validate-checkpoint.js";

export interface TrainOptions {
  /** Folder of the checkpoint. */
  readonly folder: string;
  readonly trainItems: string;
  readonly validationItems: string;
  readonly recipe: Recipe;
  /** What the checkpoint keeps of the plan; its length is that of the whole training, over all sessions. */
  readonly choices: TrainingChoices & { readonly length: Length };
  readonly seed: number;
  readonly resume: boolean;
  /** Weights to start from instead of random ones. */
  readonly initial?: readonly SavedTensor[];
  readonly signal?: AbortSignal;
  readonly now: () => number;
  readonly onStep?: (progress: StepProgress) => void;
  readonly onEpoch?: (epoch: Epoch) => void;
}

export interface StepProgress {
  readonly step: number;
  readonly elapsedMs: number;
  readonly loss: number;
  /** How much of the training is over, 0 to 1. */
  readonly progress: number;
}

export interface TrainResult {
  readonly model: LayersModel;
  readonly checkpoint: Checkpoint;
  /** False when the signal stopped it before its length was over. */
  readonly finished: boolean;
}

/** Weights that are used are an average over about the last 1/(1 − 0.998) = 500 steps. */
const AVERAGE_DECAY = 0.998;
const VALIDATE_EVERY = 600;

/**
 * Trains a network on the items of a pool (which may still be growing) until its minutes or epochs are over. Each validation is one of the
 * weights that may count (the average, or with `keep: best` the current ones) and is followed by a checkpoint. The returned model
 * holds the weights that count; it is the caller's to dispose, and all that is left in memory.
 *
 * @throws RF_TRAINING_DATA when items vanish in the middle of a pass
 */
export async function trainNetwork(tf: Tf, task: Task, options: TrainOptions): Promise<TrainResult> {
  const held: Held = {
    model: task.build(tf),
    optimiser: createOptimiser(tf, options.recipe.optimiser),
    counting: [],
  };
  try {
    return await train(tf, task, options, held);
  } catch (error) {
    held.model.dispose();
    throw error;
  } finally {
    disposeOptimiser(held.optimiser);
    tf.dispose(held.counting);
  }
}

/** What a training has in tensors. */
interface Held {
  readonly model: LayersModel;
  readonly optimiser: Optimizer;
  /** The weights that count. */
  readonly counting: Tensor[];
}

async function train(tf: Tf, task: Task, options: TrainOptions, held: Held): Promise<TrainResult> {
  const { recipe, choices } = options;
  const { length } = choices;
  const { model, optimiser, counting } = held;
  const saved = options.resume ? await findCheckpoint(tf, task, options) : undefined;
  const start = saved?.weights ?? options.initial;
  if (start) setWeights(tf, model, start);
  if (saved && saved.optimiser.length > 0) await setOptimiser(tf, optimiser, saved.optimiser);
  counting.push(...(saved?.average ?? read(model)).map((s) => tf.keep(tf.tensor(s.data, [...s.shape]))));

  let step = saved?.step ?? 0;
  let elapsedMs = saved?.elapsedMs ?? 0;
  let place = saved?.place ?? START;
  const history: Epoch[] = [...(saved?.history ?? [])];
  let losses: number[] = [];
  let items: string[] = [];
  const progressAt = (share: number) =>
    "minutes" in length ? elapsedMs / (length.minutes * 60_000) : (place.pass + share) / length.epochs;
  const isOver = () => ("minutes" in length ? elapsedMs >= length.minutes * 60_000 : place.pass >= length.epochs);

  const checkpoint = async (): Promise<Checkpoint> => {
    const state: Checkpoint = {
      architecture: task.architecture,
      choices,
      ...(recipe.draw === "passes" && { place }),
      seed: options.seed,
      step,
      elapsedMs,
      history,
      weights: read(model),
      average: read(model).map(({ name, shape }, i) => ({
        name,
        shape,
        data: counting[i]!.dataSync() as Float32Array,
      })),
      optimiser: await readOptimiser(optimiser),
    };
    await saveCheckpoint(options.folder, state);
    return state;
  };

  const validate = async (): Promise<Figures> => {
    const validationItems = await poolItems(options.validationItems);
    if (recipe.keep === "best") {
      const figures = await task.validate(tf, model, validationItems);
      if (scoreOf(figures) > bestScore(history)) copy(tf, counting, model);
      return figures;
    }
    const current = read(model);
    setTensors(model, counting);
    const figures = await task.validate(tf, model, validationItems);
    setWeights(tf, model, current);
    return figures;
  };

  while (!isOver() && !options.signal?.aborted) {
    if (step % 50 === 0 || items.length === 0 || place.step === 0) items = await poolItems(options.trainItems);
    const began = options.now();
    const turn = recipe.draw === "passes" ? turnAt(place, items, task.batch ?? 1, options.seed) : undefined;
    const progress = progressAt(turn?.share ?? 0);
    // A stream of its own for each step, so that a resumed training draws what an uninterrupted one would have drawn.
    const random = createRandom(options.seed * 7_919 + step);
    const batch = await task.drawBatch(tf, { items, random, progress, ...(turn && { turn: turn.items }) });
    setRate(optimiser, recipe.optimiser.rate * rateAt(recipe.schedule, { step, progress, pass: place.pass }));
    const loss = optimiser.minimize(() => task.loss(tf, model, batch), true);
    const value = (await loss?.data())?.[0] ?? Number.NaN;
    tf.dispose([batch.input, batch.target, ...(batch.side ? [batch.side] : []), ...(loss ? [loss] : [])]);
    // Early on the average follows closely, else the random start would linger in it.
    if (recipe.keep === "average") blend(tf, counting, model, Math.min(AVERAGE_DECAY, (step + 1) / (step + 10)));
    step++;
    place = turn?.next ?? place;
    elapsedMs += options.now() - began;
    losses.push(value);
    options.onStep?.({ step, elapsedMs, loss: value, progress: progressAt(shareOver(place, task)) });
    const isDue = turn ? place.step === 0 : step % (recipe.stepsPerValidation ?? VALIDATE_EVERY) === 0;
    if (isDue || isOver()) {
      const epoch = {
        step,
        minutes: elapsedMs / 60_000,
        loss: losses.reduce((a, b) => a + b, 0) / losses.length,
        figures: await validate(),
      };
      losses = [];
      history.push(epoch);
      options.onEpoch?.(epoch);
      await checkpoint();
    }
  }
  // Nothing was learnt since the checkpoint was read: leave the file alone.
  const last = saved && saved.step === step ? saved : await checkpoint();
  setTensors(model, counting);
  return { model, checkpoint: last, finished: isOver() };
}

/** Where another program went on with it (scripts/torch), its best weights are validated first: later ones are measured by them. */
async function findCheckpoint(tf: Tf, task: Task, options: TrainOptions): Promise<Checkpoint | undefined> {
  const { folder, recipe, validationItems } = options;
  const saved = await loadCheckpoint(folder);
  // Between validations only a pass that was interrupted can have been saved here.
  const isElsewhere = recipe.keep === "best" && saved?.place?.step === 0 && saved.step > 0;
  return isElsewhere ? validateCheckpoint(tf, task, saved, await poolItems(validationItems)) : saved;
}

function shareOver({ step, items }: PassPlace, { batch = 1 }: Task): number {
  return step === 0 ? 0 : Math.min(1, (step * batch) / items);
}
