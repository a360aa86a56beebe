import type { LayersModel, Optimizer, Tensor } from "@tensorflow/tfjs";
import type { Tf } from "../tfjs.js";
import type { SavedTensor } from "./checkpoint.js";

/** A model's weights as plain numbers. */
export function read(model: LayersModel): SavedTensor[] {
  return model.weights.map((weight) => {
    const tensor = weight.read();
    return { name: weight.originalName, shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
  });
}

export function setWeights(tf: Tf, model: LayersModel, weights: readonly SavedTensor[]): void {
  const tensors = weights.map((s) => tf.tensor(s.data, [...s.shape]));
  setTensors(model, tensors);
  tf.dispose(tensors);
}

export function setTensors(model: LayersModel, tensors: readonly Tensor[]): void {
  model.weights.forEach((weight, i) => {
    weight.write(tensors[i]!);
  });
}

/** Takes a model's weights over. */
export function copy(tf: Tf, to: Tensor[], model: LayersModel): void {
  model.weights.forEach((weight, i) => {
    to[i]!.dispose();
    to[i] = tf.keep(weight.read().clone());
  });
}

/** Moves a running average on by one step. */
export function blend(tf: Tf, average: Tensor[], model: LayersModel, decay: number): void {
  model.weights.forEach((weight, i) => {
    const next = tf.tidy(() => average[i]!.mul(decay).add(weight.read().mul(1 - decay)));
    average[i]!.dispose();
    average[i] = tf.keep(next);
  });
}

/** What an optimiser keeps, as plain numbers. */
export async function readOptimiser(optimiser: Optimizer): Promise<SavedTensor[]> {
  const kept = await optimiser.getWeights();
  const read = kept.map(({ name, tensor }) => ({
    name,
    shape: tensor.shape,
    data: Float32Array.from(tensor.dataSync()),
  }));
  // The first is the count of steps, a tensor that is made for the asking; the others are the optimiser's own.
  kept[0]?.tensor.dispose();
  return read;
}

export async function setOptimiser(tf: Tf, optimiser: Optimizer, saved: readonly SavedTensor[]): Promise<void> {
  const kept = saved.map(({ name, shape, data }) => ({ name, tensor: tf.tensor(data, [...shape]) }));
  // It makes variables of its own of them.
  await optimiser.setWeights(kept);
  tf.dispose(kept.map(({ tensor }) => tensor));
}
