import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LayersModel } from "@tensorflow/tfjs";
import { MODEL_FILE } from "../engines/engine.js";
import { decodeOnnxModel } from "../engines/onnx-file/onnx-schema.js";
import { readWeights } from "../engines/onnx-file/read-weights.js";
import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import { architectureOf } from "./architectures/index.js";
import type { SavedTensor } from "./loop/checkpoint.js";
import type { Task } from "./loop/task.js";
import type { Tf } from "./tfjs.js";

/** The weights of an exported model, to go on from. @throws RF_MODEL_MISSING, RF_MODEL_INVALID */
export async function readModelWeights(directory: string): Promise<SavedTensor[]> {
  const path = join(directory, MODEL_FILE);
  const bytes = await readFile(path).catch((error: Error) => {
    throw new RefocusdError("RF_MODEL_MISSING", `${path}: ${error.message}`, { cause: error });
  });
  try {
    return readWeights(decodeOnnxModel(bytes)).map(({ name, shape, values }) => ({ name, shape, data: values }));
  } catch (error) {
    throw asRefocusdError(error, "RF_MODEL_INVALID");
  }
}

/** The same weights in the order in which a model wants them. @throws RF_MODEL_INVALID when they are those of another architecture */
export function inOrderOf(model: LayersModel, weights: readonly SavedTensor[]): SavedTensor[] {
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  if (byName.size !== model.weights.length) {
    throw new RefocusdError(
      "RF_MODEL_INVALID",
      `${byName.size} weights where ${model.name} has ${model.weights.length}`,
    );
  }
  return model.weights.map(({ originalName, shape }) => {
    const weight = byName.get(originalName);
    if (weight?.shape.join() !== shape.join()) {
      throw new RefocusdError("RF_MODEL_INVALID", `${model.name} needs ${originalName} of shape ${shape.join(" × ")}`);
    }
    return weight;
  });
}

/** Those of an exported model in the order in which a task's network wants them. @throws RF_MODEL_MISSING, RF_MODEL_INVALID */
export async function weightsFor(
  tf: Tf,
  { architecture, build }: Pick<Task, "architecture" | "build">,
  directory: string,
): Promise<SavedTensor[]> {
  const { adopts } = architectureOf(architecture);
  const model = build(tf);
  try {
    const weights = await readModelWeights(directory);
    return inOrderOf(model, adopts ? adopts.weights(weights) : weights);
  } finally {
    model.dispose();
  }
}

export function setModelWeights(tf: Tf, model: LayersModel, weights: readonly SavedTensor[]): void {
  const tensors = inOrderOf(model, weights).map(({ data, shape }) => tf.tensor(data, [...shape]));
  model.setWeights(tensors);
  tf.dispose(tensors);
}
