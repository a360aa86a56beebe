import { decodeOnnxModel, encodeOnnxModel, type OnnxTensor } from "../../engines/onnx-file/onnx-schema.js";
import { RefocusdError } from "../../errors/refocusd-error.js";

/** The layers of SDCNN behind its pooled features: dense with ReLU, then dense of two units, P(focused) first, then softmax. */
const NAMES = ["dense1/kernel", "dense1/bias", "class/kernel", "class/bias"] as const;
/** What is given to the first of them; see `cutBefore`. */
export const FEATURES_OF = NAMES[0];
export const FEATURES = 256;
export const HIDDEN = 512;

/** Of two classes with softmax only the difference counts: ln(P(defocused) / P(focused)) = `out` · relu(kernel · features + bias) + `shift`. */
export interface Head {
  /** features × hidden, row by row. */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  readonly out: Float32Array;
  readonly shift: number;
}

/** @throws RF_MODEL_INVALID for a network that is not SDCNN as it comes */
export function readHead(onnx: Uint8Array): Head {
  const [kernel, bias, last, lastBias] = tensorsOf(decodeOnnxModel(onnx).graph.initializer).map(floatsOf);
  const out = Float32Array.from({ length: HIDDEN }, (_, k) => last![2 * k + 1]! - last![2 * k]!);
  return { kernel: kernel!, bias: bias!, out, shift: lastBias![1]! - lastBias![0]! };
}

/** The network with another head: what changes of the difference is given to both classes, half each. */
export function writeHead(onnx: Uint8Array, head: Head): Uint8Array {
  const model = decodeOnnxModel(onnx);
  const old = readHead(onnx);
  const [kernel, bias, last, lastBias] = tensorsOf(model.graph.initializer);
  kernel!.rawData = bytesOf(head.kernel);
  bias!.rawData = bytesOf(head.bias);
  const half = (change: number, k: number) => (k % 2 === 0 ? -change / 2 : change / 2);
  last!.rawData = bytesOf(floatsOf(last!).map((w, k) => w + half(head.out[k >> 1]! - old.out[k >> 1]!, k)));
  lastBias!.rawData = bytesOf(floatsOf(lastBias!).map((b, k) => b + half(head.shift - old.shift, k)));
  return encodeOnnxModel(model);
}

/** The hidden layer's answer to one tile's features. */
export function hiddenOf({ kernel, bias }: Pick<Head, "kernel" | "bias">, features: Float32Array): Float32Array {
  const hidden = Float32Array.from(bias);
  for (let i = 0; i < FEATURES; i++) {
    const x = features[i]!;
    // After ReLU and pooling a good part of the features is 0.
    if (x === 0) continue;
    for (let j = 0, at = i * HIDDEN; j < HIDDEN; j++, at++) hidden[j]! += x * kernel[at]!;
  }
  for (let j = 0; j < HIDDEN; j++) if (hidden[j]! < 0) hidden[j] = 0;
  return hidden;
}

/** ln(P(defocused) / P(focused)) */
export function logitOf({ out, shift }: Pick<Head, "out" | "shift">, hidden: Float32Array): number {
  let sum = shift;
  for (let j = 0; j < HIDDEN; j++) sum += out[j]! * hidden[j]!;
  return sum;
}

function tensorsOf(initializer: readonly OnnxTensor[]): OnnxTensor[] {
  const sizes = [FEATURES * HIDDEN, HIDDEN, HIDDEN * 2, 2];
  return NAMES.map((name, k) => {
    const found = initializer.find((tensor) => tensor.name === name);
    if (found?.rawData?.length === 4 * sizes[k]!) return found;
    throw new RefocusdError(
      "RF_MODEL_INVALID",
      `the network has no ${name} of ${sizes[k]} values: only SDCNN as it comes can be adapted`,
    );
  });
}

/** A copy: the bytes lie at any offset of the file. */
function floatsOf({ rawData }: OnnxTensor): Float32Array {
  return new Float32Array(Uint8Array.from(rawData!).buffer);
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}
