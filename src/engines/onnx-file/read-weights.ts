import { RefocusdError } from "../../errors/refocusd-error.js";
import { ONNX_FLOAT, type OnnxModel, type OnnxTensor } from "./onnx-schema.js";
import { KERNEL_FROM_ONNX, permute, permuteShape } from "./permute.js";

/** One weight under the name, shape and axis order that it has in tfjs. */
export interface NamedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Initializers of this prefix belong to the graph (axes, a constant scale), not to the tfjs model. */
export const GRAPH_CONSTANT = "graph-constant/";

/**
 * The weights of a model written by `exportOnnx`, as tfjs had them, bit for bit. The exporter folds nothing, so a model's weights
 * are stored once and serve both engines and further training.
 * @throws RF_MODEL_INVALID
 */
export function readWeights(model: OnnxModel): NamedWeight[] {
  const kernels = new Set<string>();
  for (const node of model.graph.node) {
    const kernel = node.input[1];
    if ((node.opType === "Conv" || node.opType === "ConvTranspose") && kernel !== undefined) kernels.add(kernel);
  }
  return model.graph.initializer
    .filter((tensor) => !tensor.name.startsWith(GRAPH_CONSTANT))
    .map((tensor) => {
      const { name, dims: shape } = tensor;
      const values = floatsOf(tensor);
      if (!kernels.has(name)) return { name, shape, values };
      return { name, shape: permuteShape(shape, KERNEL_FROM_ONNX), values: permute(values, shape, KERNEL_FROM_ONNX) };
    });
}

function floatsOf(tensor: OnnxTensor): Float32Array {
  const count = tensor.dims.reduce((a, b) => a * b, 1);
  if (tensor.dataType !== ONNX_FLOAT || tensor.rawData?.length !== count * 4) {
    throw new RefocusdError("RF_MODEL_INVALID", `weight ${tensor.name} is not ${count} raw 32-bit floats`);
  }
  // A copy, because the bytes lie in the file at any offset and Float32Array wants multiples of 4.
  return new Float32Array(Uint8Array.from(tensor.rawData).buffer);
}
