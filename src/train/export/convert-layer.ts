import type { layers } from "@tensorflow/tfjs";
import { crop, symmetricPad, zeroPad } from "./convert-edges.js";
import { affine, clip, scalarInstanceNorm } from "./convert-scaling.js";
import { type Padding, transposedAttributes, type Window, windowAttributes } from "./geometry.js";
import type { GraphBuilder } from "./graph-builder.js";
import { addIfThere, addKernel, addWeight, kernelOf, weightOf } from "./layer-weights.js";

/** A value of the graph: an image [n, channels, h, w], or one row per sample [n, values]. */
export interface GraphValue {
  readonly name: string;
  readonly layout: "image" | "row";
  readonly channels: number;
}

type Config = Readonly<Record<string, unknown>>;
type Layer = layers.Layer;

/** Adds what one tfjs layer does to the graph. `outputShape` is tfjs' [n, h, w, channels] or [n, values]. */
export function convertLayer(
  graph: GraphBuilder,
  layer: Layer,
  inputs: readonly GraphValue[],
  outputShape: readonly (number | null)[],
): GraphValue {
  const config = layer.getConfig() as Config;
  const kind = layer.getClassName();
  const name = layer.name;
  const x = inputs[0];
  if (!x) throw new Error(`layer ${name} has no input`);
  const channels = outputShape.at(-1);
  if (channels === null || channels === undefined) throw new Error(`layer ${name}: the number of channels is open`);
  const image = (output: string): GraphValue => ({ name: output, layout: "image", channels });
  const row = (output: string): GraphValue => ({ name: output, layout: "row", channels });
  const like = (output: string): GraphValue => (x.layout === "image" ? image(output) : row(output));
  const expectImage = () => {
    if (x.layout !== "image") throw new Error(`layer ${name} (${kind}) is only supported on images`);
    expectChannelsLast(config, name);
  };

  switch (kind) {
    case "Conv2D":
    case "Conv2DTranspose": {
      expectImage();
      if (kind === "Conv2D" && x.channels !== kernelOf(layer).shape[2]) throw new Error(`layer ${name} has groups`);
      const window = windowOf(config, "kernelSize");
      const transposed = kind === "Conv2DTranspose";
      const attributes = transposed ? transposedAttributes(window) : windowAttributes(window);
      const operands = [x.name, addKernel(graph, layer), ...addIfThere(graph, layer, "bias")];
      const linear = graph.node(transposed ? "ConvTranspose" : "Conv", operands, name, attributes);
      return image(activate(graph, linear, config.activation, "image", `${name}/activation`));
    }
    case "Pointwise":
      expectImage();
      return image(graph.node("Conv", [x.name, addKernel(graph, layer), ...addIfThere(graph, layer, "bias")], name));
    case "BatchNormalization": {
      const axis = Number(config.axis ?? -1);
      if (axis !== -1 && axis !== (x.layout === "image" ? 3 : 1))
        throw new Error(`layer ${name} normalises axis ${axis}`);
      const ones = () => graph.constant(`${name}/one`, [channels], new Float32Array(channels).fill(1));
      const zeros = () => graph.constant(`${name}/zero`, [channels], new Float32Array(channels));
      const operands = [
        x.name,
        addIfThere(graph, layer, "gamma")[0] ?? ones(),
        addIfThere(graph, layer, "beta")[0] ?? zeros(),
        addWeight(graph, layer, "moving_mean"),
        addWeight(graph, layer, "moving_variance"),
      ];
      return like(graph.node("BatchNormalization", operands, name, { epsilon: { float: Number(config.epsilon) } }));
    }
    case "Dense": {
      if (x.layout !== "row") throw new Error(`layer ${name}: Dense is only supported on one row per sample`);
      const kernel = weightOf(layer, "kernel");
      graph.weight(kernel.name, kernel.shape, kernel.values);
      const operands = [x.name, kernel.name, ...addIfThere(graph, layer, "bias")];
      const linear = graph.node("Gemm", operands, name);
      return row(activate(graph, linear, config.activation, "row", `${name}/activation`));
    }
    case "Activation":
      return like(activate(graph, x.name, config.activation, x.layout, name));
    case "Softmax":
      return like(activate(graph, x.name, "softmax", x.layout, name));
    case "ReLU":
      if (config.maxValue !== undefined && config.maxValue !== null)
        throw new Error(`layer ${name}: ReLU with a maximum`);
      return like(activate(graph, x.name, "relu", x.layout, name));
    case "MaxPooling2D":
      expectImage();
      return image(graph.node("MaxPool", [x.name], name, windowAttributes(windowOf(config, "poolSize"))));
    case "GlobalAveragePooling2D": {
      expectImage();
      const average = graph.node("GlobalAveragePool", [x.name], `${name}/average`);
      return row(graph.node("Flatten", [average], name, { axis: 1 }));
    }
    case "Flatten": {
      if (x.layout === "row") return x;
      // tfjs counts channels fastest, so the image is turned first.
      const turned = graph.node("Transpose", [x.name], `${name}/nhwc`, { perm: [0, 2, 3, 1] });
      return row(graph.node("Flatten", [turned], name, { axis: 1 }));
    }
    case "Add": {
      let sum = x.name;
      inputs.slice(1).forEach((other, i) => {
        if (other.channels !== x.channels)
          throw new Error(`layer ${name} adds ${x.channels} to ${other.channels} channels`);
        sum = graph.node("Add", [sum, other.name], i === inputs.length - 2 ? name : `${name}/${i}`);
      });
      return like(sum);
    }
    case "Concatenate": {
      const axis = Number(config.axis ?? -1);
      if (axis !== -1 && axis !== (x.layout === "image" ? 3 : 1)) throw new Error(`layer ${name} joins axis ${axis}`);
      const names = inputs.map((input) => input.name);
      return like(graph.node("Concat", names, name, { axis: 1 }));
    }
    case "DepthToSpace":
      expectImage();
      // Both count the block's row, its column, then the channel, slowest first: DCR in ONNX' words.
      return image(graph.node("DepthToSpace", [x.name], name, { blocksize: Number(config.blockSize), mode: "DCR" }));
    case "Cropping2D":
      expectImage();
      return image(crop(graph, x.name, config.cropping, name));
    case "ZeroPadding2D":
      expectImage();
      return image(zeroPad(graph, x.name, config.padding, name));
    case "SymmetricPad":
      expectImage();
      return image(symmetricPad(graph, x.name, Number(config.pad), name));
    case "Affine":
      expectImage();
      return image(affine(graph, x.name, Number(config.scale), Number(config.offset), name));
    case "Clip":
      expectImage();
      return image(clip(graph, x.name, Number(config.low), Number(config.high), name));
    case "ScalarInstanceNorm": {
      expectImage();
      const [gamma, beta] = [addWeight(graph, layer, "gamma"), addWeight(graph, layer, "beta")];
      return image(scalarInstanceNorm(graph, x.name, { gamma, beta, epsilon: Number(config.epsilon) }, name));
    }
    case "Dropout":
    case "SpatialDropout2D":
    case "GaussianNoise":
      return x;
    default:
      throw new Error(`layer ${name}: ${kind} is not supported by the exporter`);
  }
}

function activate(
  graph: GraphBuilder,
  x: string,
  activation: unknown,
  layout: GraphValue["layout"],
  name: string,
): string {
  switch (activation ?? "linear") {
    case "linear":
      return x;
    case "relu":
      return graph.node("Relu", [x], name);
    case "sigmoid":
      return graph.node("Sigmoid", [x], name);
    case "tanh":
      return graph.node("Tanh", [x], name);
    case "softmax":
      // Over channels, the last axis in tfjs.
      return graph.node("Softmax", [x], name, { axis: layout === "image" ? 1 : -1 });
    default:
      throw new Error(`activation ${String(activation)} is not supported by the exporter`);
  }
}

function windowOf(config: Config, kernelKey: string): Window {
  const pair = (value: unknown): readonly [number, number] => {
    const [a, b] = Array.isArray(value) ? (value as number[]) : [Number(value), Number(value)];
    return [a ?? 1, b ?? a ?? 1];
  };
  const kernel = pair(config[kernelKey]);
  return {
    kernel,
    strides: config.strides === undefined || config.strides === null ? kernel : pair(config.strides),
    dilations: pair(config.dilationRate ?? 1),
    padding: config.padding as Padding,
  };
}

function expectChannelsLast(config: Config, name: string): void {
  if (config.dataFormat !== undefined && config.dataFormat !== null && config.dataFormat !== "channelsLast") {
    throw new Error(`layer ${name} has ${String(config.dataFormat)} images`);
  }
}
