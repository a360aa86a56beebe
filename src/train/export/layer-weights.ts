import type { layers, Tensor } from "@tensorflow/tfjs";
import { KERNEL_TO_ONNX, permute, permuteShape } from "../../engines/onnx-file/permute.js";
import type { GraphBuilder } from "./graph-builder.js";

type Layer = layers.Layer;

interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A layer's weight by the last part of its name, such as `kernel` of `conv1/kernel`. */
function findWeight(layer: Layer, suffix: string): Weight | undefined {
  for (const variable of layer.weights) {
    if (!variable.originalName.endsWith(`/${suffix}`)) continue;
    const tensor: Tensor = variable.read();
    return { name: variable.originalName, shape: tensor.shape, values: tensor.dataSync() as Float32Array };
  }
  return undefined;
}

export function weightOf(layer: Layer, suffix: string): Weight {
  const weight = findWeight(layer, suffix);
  if (!weight) throw new Error(`layer ${layer.name} has no ${suffix}`);
  return weight;
}

export function kernelOf(layer: Layer): Weight {
  return weightOf(layer, "kernel");
}

export function addKernel(graph: GraphBuilder, layer: Layer): string {
  const { name, shape, values } = kernelOf(layer);
  return graph.weight(name, permuteShape(shape, KERNEL_TO_ONNX), permute(values, shape, KERNEL_TO_ONNX));
}

export function addWeight(graph: GraphBuilder, layer: Layer, suffix: string): string {
  const { name, shape, values } = weightOf(layer, suffix);
  return graph.weight(name, shape, values);
}

export function addIfThere(graph: GraphBuilder, layer: Layer, suffix: string): string[] {
  return findWeight(layer, suffix) ? [addWeight(graph, layer, suffix)] : [];
}
