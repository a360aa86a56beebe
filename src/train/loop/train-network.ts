import type { LayersModel, Tensor } from "@tensorflow/tfjs";
import { poolItems } from "../dataset/pool.js";
import { createRandom } from "../random.js";
import type { Tf } from "../tfjs.js";
import { type Checkpoint, type Epoch, loadCheckpoint, type SavedTensor, saveCheckpoint } from "./checkpoint.js";
import type { Figures, Task } from "./task.js";

export interface TrainOptions {
  /** Folder of the checkpoint. */
  readonly folder: string;
  readonly trainItems: string;
  readonly validationItems: string;
  /** Length of the whole training, over all sessions. The learning rate falls to 0 along it. */
  readonly minutes: number;
  readonly seed: number;
  readonly resume: boolean;
  /** Weights to start from instead of random ones. */
  readonly initial?: readonly SavedTensor[];
  readonly stepsPerEpoch: number;
  readonly signal?: AbortSignal;
  readonly now: () => number;
  readonly onStep?: (progress: { step: number; elapsedMs: number; loss: number }) => void;
  readonly onEpoch?: (epoch: Epoch) => void;
}

export interface TrainResult {
  readonly model: LayersModel;
  readonly checkpoint: Checkpoint;
  /** False when the signal stopped it before its minutes were over. */
  readonly finished: boolean;
}

const WARM_UP_STEPS = 150;
/** Weights that are used are an average over about the last 1/(1 − 0.998) = 500 steps. */
const AVERAGE_DECAY = 0.998;

/**
 * Trains a network on the items of a pool (which may still be growing) until its minutes are over. Each epoch ends with a
 * validation of the averaged weights and a checkpoint. The returned model holds the averaged weights.
 */
export async function trainNetwork(tf: Tf, task: Task, options: TrainOptions): Promise<TrainResult> {
  const model = task.build(tf);
  const optimiser = tf.train.adam(task.learningRate);
  const saved = options.resume ? await loadCheckpoint(options.folder) : undefined;
  const start = saved?.weights ?? options.initial;
  if (start) setWeights(tf, model, start);
  if (saved && saved.optimiser.length > 0) await optimiser.setWeights(saved.optimiser.map((s) => toNamed(tf, s)));
  const average = (saved?.average ?? read(model)).map((s) => tf.keep(tf.tensor(s.data, [...s.shape])));

  let step = saved?.step ?? 0;
  let elapsedMs = saved?.elapsedMs ?? 0;
  const history: Epoch[] = [...(saved?.history ?? [])];
  const total = options.minutes * 60_000;
  let losses: number[] = [];
  let items: string[] = [];

  const checkpoint = async (): Promise<Checkpoint> => {
    const state: Checkpoint = {
      architecture: task.architecture,
      seed: options.seed,
      step,
      elapsedMs,
      history,
      weights: read(model),
      average: read(model).map(({ name, shape }, i) => ({ name, shape, data: average[i]!.dataSync() as Float32Array })),
      optimiser: (await optimiser.getWeights()).map(fromNamed),
    };
    await saveCheckpoint(options.folder, state);
    return state;
  };

  const validate = async (): Promise<Figures> => {
    const current = read(model);
    setTensors(model, average);
    const figures = await task.validate(tf, model, await poolItems(options.validationItems));
    setWeights(tf, model, current);
    return figures;
  };

  while (elapsedMs < total && !options.signal?.aborted) {
    if (step % 50 === 0 || items.length === 0) items = await poolItems(options.trainItems);
    const began = options.now();
    // A stream of its own for each step, so that a resumed training draws what an uninterrupted one would have drawn.
    const batch = await task.drawBatch(tf, items, createRandom(options.seed * 7_919 + step), elapsedMs / total);
    setRate(optimiser, task.learningRate * rateAt(step, elapsedMs / total));
    const loss = optimiser.minimize(() => task.loss(tf, model, batch), true);
    const value = (await loss?.data())?.[0] ?? Number.NaN;
    tf.dispose([batch.input, batch.target, ...(batch.side ? [batch.side] : []), ...(loss ? [loss] : [])]);
    // Early on the average follows closely, else the random start would linger in it.
    blend(tf, average, model, Math.min(AVERAGE_DECAY, (step + 1) / (step + 10)));
    step++;
    elapsedMs += options.now() - began;
    losses.push(value);
    options.onStep?.({ step, elapsedMs, loss: value });
    if (step % options.stepsPerEpoch === 0 || elapsedMs >= total) {
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
  setTensors(model, average);
  return { model, checkpoint: last, finished: elapsedMs >= total };
}

/** Share of the full learning rate: a linear warm-up, then half a cosine down to 0. */
export function rateAt(step: number, progress: number): number {
  const warm = Math.min(1, (step + 1) / WARM_UP_STEPS);
  return warm * (0.5 + 0.5 * Math.cos(Math.PI * Math.min(1, progress)));
}

function setRate(optimiser: object, rate: number): void {
  // Adam reads its rate anew in each step, but has no setter for it.
  (optimiser as { learningRate: number }).learningRate = rate;
}

function read(model: LayersModel): SavedTensor[] {
  return model.weights.map((weight) => {
    const tensor = weight.read();
    return { name: weight.originalName, shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
  });
}

function setWeights(tf: Tf, model: LayersModel, weights: readonly SavedTensor[]): void {
  const tensors = weights.map((s) => tf.tensor(s.data, [...s.shape]));
  setTensors(model, tensors);
  tf.dispose(tensors);
}

function setTensors(model: LayersModel, tensors: readonly Tensor[]): void {
  model.weights.forEach((weight, i) => {
    weight.write(tensors[i]!);
  });
}

function blend(tf: Tf, average: Tensor[], model: LayersModel, decay: number): void {
  model.weights.forEach((weight, i) => {
    const next = tf.tidy(() => average[i]!.mul(decay).add(weight.read().mul(1 - decay)));
    average[i]!.dispose();
    average[i] = tf.keep(next);
  });
}

interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

function toNamed(tf: Tf, saved: SavedTensor): NamedTensor {
  return { name: saved.name, tensor: tf.tensor(saved.data, [...saved.shape]) };
}

function fromNamed({ name, tensor }: NamedTensor): SavedTensor {
  return { name, shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
}
