import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import { TOPOLOGY_KEY } from "../../engines/onnx-file/layers-model.js";
import { encodeOnnxModel, ONNX_FLOAT, type OnnxValueInfo } from "../../engines/onnx-file/onnx-schema.js";
import { RefocusdError } from "../../errors/refocusd-error.js";
import { convertLayer, type GraphValue } from "./convert-layer.js";
import { type GraphBuilder, graphBuilder } from "./graph-builder.js";

/** What the file says about itself, beside the model card, for whoever finds it alone. */
export interface ExportFacts {
  readonly name: string;
  readonly version: string;
  /** How the weights came to be, in a line or two. */
  readonly recipe: string;
  /** More pairs for the file's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
}

// Opset 17 (2022) holds every operator here; ONNX Runtime 1.12 and later read it. 8 is the IR version that goes with it.
const OPSET = 17;
const IR_VERSION = 8;

/**
 * Writes a functional tfjs model with one image input [n, h, w, channels] and one output as ONNX. The graph computes on [n, channels,
 * h, w] and turns its input and output, so that both look as in tfjs. Sides that are open in tfjs stay open. Nothing is folded: each
 * tfjs weight is one initializer of the same name, so `readWeights` and `layersModelFromOnnx` give the model back bit for bit.
 * @returns the bytes of the .onnx file.
 * @throws RF_MODEL_INVALID for a layer or a wiring that the exporter does not know.
 */
export function exportOnnx(model: LayersModel, facts: ExportFacts): Uint8Array {
  try {
    return encode(model, facts);
  } catch (error) {
    throw new RefocusdError("RF_MODEL_INVALID", `cannot be exported to ONNX: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function encode(model: LayersModel, facts: ExportFacts): Uint8Array {
  const [input, ...moreInputs] = model.inputs;
  const [output, ...moreOutputs] = model.outputs;
  if (!input || !output || moreInputs.length + moreOutputs.length > 0) throw new Error("not one input and one output");
  const graph = graphBuilder();
  const values = new Map<number, GraphValue>([[input.id, addInput(graph, input)]]);
  for (const layer of model.layers) {
    if (layer.getClassName() === "InputLayer") continue;
    const [node, ...moreNodes] = layer.inboundNodes;
    if (!node || moreNodes.length > 0) throw new Error(`layer ${layer.name} is used more than once`);
    const result = node.outputTensors[0];
    if (!result || node.outputTensors.length > 1) throw new Error(`layer ${layer.name} has several outputs`);
    const operands = node.inputTensors.map((tensor) => {
      const value = values.get(tensor.id);
      if (!value) throw new Error(`layer ${layer.name} takes something from outside the model`);
      return value;
    });
    values.set(result.id, convertLayer(graph, layer, operands, result.shape));
  }
  addOutput(graph, values.get(output.id));

  return encodeOnnxModel({
    irVersion: IR_VERSION,
    producerName: "refocusd",
    producerVersion: facts.version,
    docString: `${facts.name} ${facts.version}. ${facts.recipe}`,
    opsetImport: [{ domain: "", version: OPSET }],
    metadataProps: Object.entries({
      name: facts.name,
      version: facts.version,
      recipe: facts.recipe,
      ...facts.metadata,
      [TOPOLOGY_KEY]: JSON.stringify(model.toJSON(null, false)),
    }).map(([key, value]) => ({ key, value })),
    graph: {
      name: model.name,
      docString: "Input and output are [n, height, width, channels].",
      node: graph.nodes,
      initializer: graph.initializers,
      input: [valueInfo("input", input, "")],
      output: [valueInfo("output", output, "output_")],
    },
  });
}

/** One channel needs no turning: taking an axis away here and adding it there moves no memory. */
function addInput(graph: GraphBuilder, input: SymbolicTensor): GraphValue {
  const channels = input.shape.at(-1);
  if (input.shape.length !== 4 || typeof channels !== "number") throw new Error("the input is not [n, h, w, channels]");
  if (channels > 1) {
    const name = graph.node("Transpose", ["input"], "input/nchw", { perm: [0, 3, 1, 2] });
    return { name, layout: "image", channels };
  }
  const flat = graph.node("Squeeze", ["input", graph.integers("last-axis", [3])], "input/nhw");
  const name = graph.node("Unsqueeze", [flat, graph.integers("channel-axis", [1])], "input/nchw");
  return { name, layout: "image", channels };
}

function addOutput(graph: GraphBuilder, value: GraphValue | undefined): void {
  if (!value) throw new Error("no layer makes the output");
  if (value.layout === "row") {
    graph.node("Identity", [value.name], "output", {}, "output");
  } else if (value.channels > 1) {
    graph.node("Transpose", [value.name], "output/nhwc", { perm: [0, 2, 3, 1] }, "output");
  } else {
    const flat = graph.node("Squeeze", [value.name, graph.integers("output-channel-axis", [1])], "output/nhw");
    graph.node("Unsqueeze", [flat, graph.integers("output-last-axis", [3])], "output/nhwc", {}, "output");
  }
}

function valueInfo(name: string, tensor: SymbolicTensor, prefix: string): OnnxValueInfo {
  const open = tensor.shape.length === 4 ? ["batch", `${prefix}height`, `${prefix}width`] : ["batch"];
  const dim = tensor.shape.map((size, axis) =>
    typeof size === "number"
      ? { dimValue: size }
      : { dimParam: axis === 0 ? "batch" : (open[axis] ?? `${prefix}${axis}`) },
  );
  return { name, type: { tensorType: { elemType: ONNX_FLOAT, shape: { dim } } } };
}
