import { encodeOnnxModel, ONNX_FLOAT, type OnnxValueInfo } from "./onnx-schema.js";

/** The smallest model that proves an execution provider: ReLU of a 1×1×4×4 `input`. */
export function probeModel(): Uint8Array {
  const value = (name: string): OnnxValueInfo => ({
    name,
    type: { tensorType: { elemType: ONNX_FLOAT, shape: { dim: [1, 1, 4, 4].map((dimValue) => ({ dimValue })) } } },
  });
  return encodeOnnxModel({
    irVersion: 8,
    producerName: "refocusd",
    producerVersion: "",
    docString: "",
    opsetImport: [{ domain: "", version: 17 }],
    metadataProps: [],
    graph: {
      name: "probe",
      docString: "",
      node: [{ opType: "Relu", name: "relu", input: ["input"], output: ["output"], attribute: [] }],
      initializer: [],
      input: [value("input")],
      output: [value("output")],
    },
  });
}
