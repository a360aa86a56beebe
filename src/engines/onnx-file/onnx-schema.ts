import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import { RefocusdError } from "../../errors/refocusd-error.js";

// onnx.proto is the official schema, unchanged, from the onnx 1.23.1 package on PyPI (Apache-2.0).
// The interfaces below name the part of it that we write and read; protobufjs gives the fields in camel case.

export interface OnnxTensor {
  name: string;
  dims: number[];
  /** TensorProto.DataType: see ONNX_FLOAT and ONNX_INT64. */
  dataType: number;
  /** Little-endian values. */
  rawData?: Uint8Array;
}

export interface OnnxAttribute {
  name: string;
  /** AttributeProto.AttributeType: 1 float, 2 int, 3 string, 7 ints. */
  type: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  ints?: number[];
}

export interface OnnxNode {
  opType: string;
  name: string;
  input: string[];
  output: string[];
  attribute: OnnxAttribute[];
}

export interface OnnxDimension {
  dimValue?: number;
  dimParam?: string;
}

export interface OnnxValueInfo {
  name: string;
  type: { tensorType: { elemType: number; shape: { dim: OnnxDimension[] } } };
}

export interface OnnxGraph {
  name: string;
  docString: string;
  node: OnnxNode[];
  initializer: OnnxTensor[];
  input: OnnxValueInfo[];
  output: OnnxValueInfo[];
}

export interface OnnxModel {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  docString: string;
  opsetImport: { domain: string; version: number }[];
  metadataProps: { key: string; value: string }[];
  graph: OnnxGraph;
}

export const ONNX_FLOAT = 1;
export const ONNX_INT64 = 7;

let modelProto: protobuf.Type | undefined;

/** Parsing the schema takes about 20 ms, so it is done once, and only where somebody reads or writes a model. */
function schema(): protobuf.Type {
  modelProto ??= protobuf
    .loadSync(fileURLToPath(new URL("./onnx.proto", import.meta.url)))
    .lookupType("onnx.ModelProto");
  return modelProto;
}

export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const type = schema();
  return type.encode(type.fromObject(model)).finish();
}

/** @throws RF_MODEL_INVALID when the bytes are not an ONNX model. */
export function decodeOnnxModel(bytes: Uint8Array): OnnxModel {
  try {
    const type = schema();
    const model = type.toObject(type.decode(bytes), { longs: Number, enums: Number, arrays: true, defaults: false });
    if (typeof model.graph !== "object") throw new Error("it holds no graph");
    return model as OnnxModel;
  } catch (error) {
    throw new RefocusdError("RF_MODEL_INVALID", `not an ONNX model: ${error instanceof Error ? error.message : error}`);
  }
}

/** Metadata as written by `exportOnnx`; `undefined` when the model has no such key. */
export function onnxMetadata(model: OnnxModel, key: string): string | undefined {
  return model.metadataProps.find((p) => p.key === key)?.value;
}
