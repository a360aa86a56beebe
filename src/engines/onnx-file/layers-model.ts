import { RefocusdError } from "../../errors/refocusd-error.js";
import type { LayersModel, Tensorflow } from "../tensorflow-binding.js";
import { ownLayers } from "../tfjs-layers.js";
import { decodeOnnxModel, onnxMetadata } from "./onnx-schema.js";
import { readWeights } from "./read-weights.js";

/** The metadata key under which `exportOnnx` keeps the tfjs model's own description (`LayersModel.toJSON`), a few dozen KB. */
export const TOPOLOGY_KEY = "tfjs.topology";

/**
 * Makes the tfjs model again from a `model.onnx` that `exportOnnx` wrote: topology from its metadata, weights from its
 * initializers. So the file alone serves both engines, and no engine has to know the architectures.
 * @throws RF_MODEL_INVALID
 */
export async function layersModelFromOnnx(tf: Tensorflow, bytes: Uint8Array): Promise<LayersModel> {
  const onnx = decodeOnnxModel(bytes);
  const topology = onnxMetadata(onnx, TOPOLOGY_KEY);
  if (topology === undefined) {
    throw new RefocusdError("RF_MODEL_INVALID", "the model was not exported by refocusd: it holds no tfjs topology");
  }
  ownLayers(tf);
  const weights = readWeights(onnx);
  const weightData = new Float32Array(weights.reduce((sum, w) => sum + w.values.length, 0));
  let offset = 0;
  for (const { values } of weights) {
    weightData.set(values, offset);
    offset += values.length;
  }
  const artifacts = {
    modelTopology: JSON.parse(topology) as object,
    weightSpecs: weights.map(({ name, shape }) => ({ name, shape: [...shape], dtype: "float32" as const })),
    weightData: weightData.buffer,
  };
  try {
    return await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (error) {
    throw new RefocusdError("RF_MODEL_INVALID", `topology and weights differ: ${(error as Error).message}`);
  }
}
