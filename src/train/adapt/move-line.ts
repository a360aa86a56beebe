import { decodeOnnxModel, encodeOnnxModel, type OnnxTensor } from "../../engines/onnx-file/onnx-schema.js";
import { RefocusdError } from "../../errors/refocusd-error.js";
import type { LogitLine } from "./fit-logit.js";

/** The last layer of SDCNN: dense, 2 units, P(focused) first, then softmax. */
const KERNEL = "class/kernel";
const BIAS = "class/bias";

/**
 * The same classifier with its logit scaled and shifted, in its last layer: nothing else in the file changes.
 * @throws RF_MODEL_INVALID for a network without that layer
 */
export function moveLine(onnx: Uint8Array, { scale, shift }: LogitLine): Uint8Array {
  const model = decodeOnnxModel(onnx);
  const kernel = find(model.graph.initializer, KERNEL);
  const bias = find(model.graph.initializer, BIAS);
  kernel.rawData = mapped(kernel, (value) => value * scale);
  bias.rawData = mapped(bias, (value, k) => value * scale + (k === 0 ? -shift / 2 : shift / 2));
  return encodeOnnxModel(model);
}

function find(tensors: readonly OnnxTensor[], name: string): OnnxTensor {
  const found = tensors.find((tensor) => tensor.name === name);
  if (found?.rawData === undefined || found.dims.at(-1) !== 2)
    throw new RefocusdError(
      "RF_MODEL_INVALID",
      `the network has no ${name} of two classes: only SDCNN as it comes can be adapted`,
    );
  return found;
}

function mapped({ rawData }: OnnxTensor, change: (value: number, index: number) => number): Uint8Array {
  // A copy: the bytes lie at any offset of the file.
  const values = new Float32Array(Uint8Array.from(rawData!).buffer);
  return new Uint8Array(values.map(change).buffer);
}
