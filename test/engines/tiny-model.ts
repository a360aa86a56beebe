import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SymbolicTensor } from "@tensorflow/tfjs";
import { MODEL_FILE } from "../../src/engines/engine.js";
import type { Tensorflow } from "../../src/engines/tensorflow-binding.js";
import { ownLayers } from "../../src/engines/tfjs-layers.js";
import { exportOnnx } from "../../src/train/export/export-onnx.js";
import { randomiseWeights } from "../train/export/random-model.js";

/** A small image-to-image network with the things that differ between the engines: padding, strides, norm, shuffle. */
export function tinyModel(tf: Tensorflow) {
  const input = tf.input({ shape: [null, null, 1], name: "pixels" });
  const layers = [
    tf.layers.conv2d({ name: "down", filters: 4, kernelSize: 2, strides: 2 }),
    tf.layers.batchNormalization({ name: "norm" }),
    tf.layers.activation({ name: "relu", activation: "relu" }),
    tf.layers.conv2d({ name: "mix", filters: 8, kernelSize: 3, padding: "same", useBias: false }),
    ownLayers(tf).depthToSpace({ name: "shuffle", blockSize: 2 }),
    tf.layers.conv2dTranspose({ name: "up", filters: 3, kernelSize: 2, strides: 1, padding: "same" }),
    tf.layers.conv2d({ name: "last", filters: 1, kernelSize: 1 }),
  ];
  const x = layers.reduce((value, layer) => layer.apply(value) as SymbolicTensor, input);
  const output = tf.layers.add({ name: "sum" }).apply([input, x]) as SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output, name: "tiny" });
  randomiseWeights(tf, model, 5);
  return model;
}

/** A temporary folder with `model.onnx`; the caller removes it. */
export async function tinyModelFolder(tf: Tensorflow): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "refocusd-tiny-"));
  const model = tinyModel(tf);
  await writeFile(join(folder, MODEL_FILE), exportOnnx(model, { name: "tiny", version: "1.0", recipe: "none" }));
  model.dispose();
  return folder;
}
