import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import type { NetworkInput } from "../../../src/engines/engine.js";
import type { Tensorflow } from "../../../src/engines/tensorflow-binding.js";

/** mulberry32: uniform in [0, 1), the same on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A functional model of one input and what `build` makes of it. */
export function modelOf(
  tf: Tensorflow,
  shape: readonly (number | null)[],
  build: (x: SymbolicTensor) => SymbolicTensor,
): LayersModel {
  const input = tf.input({ shape: [...shape] });
  return tf.model({ inputs: input, outputs: build(input) });
}

/** Gives every weight, biases and batch norm's statistics included, random values that keep outputs of order 1. */
export function randomiseWeights(tf: Tensorflow, model: LayersModel, seed: number): void {
  const random = seededRandom(seed);
  for (const layer of model.layers) {
    const values = layer.weights.map((weight) => {
      const shape = weight.shape as number[];
      const count = shape.reduce((a, b) => a * b, 1);
      const fanIn = shape.length > 1 ? count / shape.at(-1)! : 4;
      const positive = weight.originalName.endsWith("/moving_variance");
      const draw = () => (positive ? 0.2 + random() : ((random() - 0.5) * 3.4) / Math.sqrt(fanIn));
      return tf.tensor(Float32Array.from({ length: count }, draw), shape);
    });
    layer.setWeights(values);
    tf.dispose(values);
  }
}

/** Noise, and an image with edges, a ramp and a constant: where padding and axis order go wrong, one of them shows it. */
export function testInputs(shape: readonly [number, number, number, number]): NetworkInput[] {
  const [n, h, w, c] = shape;
  const random = seededRandom(7);
  const noise = Float32Array.from({ length: n * h * w * c }, () => random() * 4 - 2);
  const structured = new Float32Array(n * h * w * c);
  for (let i = 0; i < structured.length; i++) {
    const channel = i % c;
    const x = Math.floor(i / c) % w;
    const y = Math.floor(i / (c * w)) % h;
    structured[i] = y < h / 3 ? 1 : x < w / 2 ? (channel + 1) * (x / w) : Math.sign(Math.sin(x + 2 * y + channel));
  }
  return [
    { data: noise, shape },
    { data: structured, shape },
  ];
}

export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}
