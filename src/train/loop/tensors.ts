import type { LayersModel, Tensor } from "@tensorflow/tfjs";
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

/** A tensor as optimisers keep it. */
interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** To and from what optimisers keep. */
export function toNamed(tf: Tf, saved: SavedTensor): NamedTensor {
  return { name: saved.name, tensor: tf.tensor(saved.data, [...saved.shape]) };
}

export function fromNamed({ name, tensor }: NamedTensor): SavedTensor {
  return { name, shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
}
