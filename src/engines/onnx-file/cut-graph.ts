import { RefocusdError } from "../../errors/refocusd-error.js";
import { decodeOnnxModel, encodeOnnxModel, ONNX_FLOAT } from "./onnx-schema.js";

/**
 * The part of a network that comes before a layer: its output is what that layer is given.
 * @param weight an initializer that only this layer uses, such as its kernel
 * @param width values that the layer takes per image
 * @throws RF_MODEL_INVALID for a network without that layer
 */
export function cutBefore(onnx: Uint8Array, weight: string, width: number): Uint8Array {
  const model = decodeOnnxModel(onnx);
  const { graph } = model;
  const at = graph.node.findIndex(({ input }) => input.includes(weight));
  const given = graph.node[at]?.input[0];
  if (given === undefined) throw new RefocusdError("RF_MODEL_INVALID", `the network has no layer with ${weight}`);
  const node = graph.node.slice(0, at);
  const used = new Set(node.flatMap(({ input }) => input));
  const shape = { dim: [{ dimParam: "n" }, { dimValue: width }] };
  const output = [{ name: given, type: { tensorType: { elemType: ONNX_FLOAT, shape } } }];
  const initializer = graph.initializer.filter(({ name }) => used.has(name));
  return encodeOnnxModel({ ...model, graph: { ...graph, node, initializer, output } });
}
