import {
  ONNX_FLOAT,
  ONNX_INT64,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
} from "../../engines/onnx-file/onnx-schema.js";
import { GRAPH_CONSTANT } from "../../engines/onnx-file/read-weights.js";

export type AttributeValue = number | string | readonly number[] | { readonly float: number };

/** Collects the nodes and initializers of an ONNX graph. */
export interface GraphBuilder {
  readonly nodes: OnnxNode[];
  readonly initializers: OnnxTensor[];
  /** Adds a node with one output and returns that output's name, by default the node's with `:0`. */
  node(
    opType: string,
    inputs: readonly string[],
    name: string,
    attributes?: Record<string, AttributeValue>,
    output?: string,
  ): string;
  /** Adds a weight under its tfjs name and returns the name. */
  weight(name: string, shape: readonly number[], values: Float32Array): string;
  /** Adds 32-bit floats that belong to the graph and not to the tfjs model. */
  constant(name: string, shape: readonly number[], values: Float32Array): string;
  /** Adds the 64-bit integers that ONNX wants for axes. */
  integers(name: string, values: readonly number[]): string;
}

export function graphBuilder(): GraphBuilder {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const taken = new Set<string>();
  const add = (tensor: OnnxTensor) => {
    if (taken.has(tensor.name)) throw new Error(`two initializers are called ${tensor.name}`);
    taken.add(tensor.name);
    initializers.push(tensor);
    return tensor.name;
  };
  const floats = (name: string, shape: readonly number[], values: Float32Array) =>
    add({ name, dims: [...shape], dataType: ONNX_FLOAT, rawData: bytesOf(values) });

  return {
    nodes,
    initializers,
    node(opType, inputs, name, attributes = {}, output = `${name}:0`) {
      const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
      nodes.push({ opType, name, input: [...inputs], output: [output], attribute });
      return output;
    },
    weight: floats,
    constant: (name, shape, values) => floats(GRAPH_CONSTANT + name, shape, values),
    integers: (name, values) =>
      add({
        name: GRAPH_CONSTANT + name,
        dims: [values.length],
        dataType: ONNX_INT64,
        rawData: bytesOf(BigInt64Array.from(values, BigInt)),
      }),
  };
}

/** The bytes as they lie in memory: little-endian, as ONNX wants them, on every platform that Node runs on but s390x. */
function bytesOf(values: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
}

/** The type numbers are AttributeProto.AttributeType. */
function attributeOf(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === "string") return { name, type: 3, s: new TextEncoder().encode(value) };
  if (typeof value === "number") return { name, type: 2, i: value };
  if ("float" in value) return { name, type: 1, f: value.float };
  return { name, type: 7, ints: [...value] };
}
