import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import type { SavedTensor } from "../loop/checkpoint.js";
import type { Tf } from "../tfjs.js";

/** Channels at each level; each level halves the side of the one before. */
const WIDTHS = [16, 32, 64, 128, 256] as const;
/** Sides of an input are multiples of this: one stride of 2 at the entrance and four down-sampling steps. */
export const RESUNET_LITE_MULTIPLE = 32;

/**
 * A residual U-Net for an ordinary CPU: [n, h, w, 1] standardised pixels of a defocused frame → the same of the focused one.
 * A 2×2 convolution of stride 2, residual blocks of width 16 to 256, skips by concatenation, a 2×2 transposed convolution of
 * stride 2, and the input added to the output. Batch normalisation rather than the paper's instance normalisation: it folds
 * into the convolutions, and a tile does not depend on what else is in it, so tiles join without seams. Without any normalisation
 * the network hardly learnt (training loss 0.502 → 0.498 in 600 steps).
 */
export function buildResunetLite(tf: Tf): LayersModel {
  const input = tf.input({ shape: [null, null, 1], name: "pixels" });
  return withChange(tf, input, input, "resunet-lite");
}

/**
 * The same, guided by the optics: [n, h, w, 2], the frame and what the optics alone make of it (src/restore/consistency/deconvolve.ts). Where that is good
 * already, there is little to learn and nothing to make up; where the optics are wrong, there is the frame.
 */
export function buildResunetGuided(tf: Tf): LayersModel {
  const input = tf.input({ shape: [null, null, 2], name: "pixels" });
  const half = tf.initializers.constant({ value: 0.5 });
  const base = tf.layers.conv2d({ filters: 1, kernelSize: 1, useBias: false, kernelInitializer: half, name: "base" });
  return withChange(tf, input, apply(base, input), "resunet-guided");
}

/** It begins as `resunet-lite` of these weights, which sees nothing of the guide. Weights of its own stay as they are. */
export function guidedWeights(weights: readonly SavedTensor[]): readonly SavedTensor[] {
  if (weights.some(({ name }) => name === "base/kernel")) return weights;
  const base = { name: "base/kernel", shape: [1, 1, 2, 1], data: Float32Array.of(1, 0) };
  return [...weights.map((one) => (one.name === "entrance/kernel" ? withSecondChannel(one) : one)), base];
}

function withSecondChannel({ name, shape, data }: SavedTensor): SavedTensor {
  const [height, width, , filters] = shape as [number, number, number, number];
  const wide = new Float32Array(2 * data.length);
  for (let place = 0; place < height * width; place++)
    wide.set(data.subarray(place * filters, (place + 1) * filters), 2 * place * filters);
  return { name, shape: [height, width, 2, filters], data: wide };
}

/** @param base what the change that the network finds is added to */
function withChange(tf: Tf, input: SymbolicTensor, base: SymbolicTensor, name: string): LayersModel {
  const skips: SymbolicTensor[] = [];
  let x = apply(halve(tf, WIDTHS[0], "entrance"), input);
  WIDTHS.forEach((width, level) => {
    if (level > 0) {
      skips.push(x);
      x = apply(halve(tf, width, `down${level}`), x);
    }
    x = residualBlock(tf, x, width, width, `enc${level}`);
  });
  for (let level = WIDTHS.length - 2; level >= 0; level--) {
    const width = WIDTHS[level]!;
    const up = double(tf, width, Math.sqrt(1.5 / WIDTHS[level + 1]!), `up${level}`);
    x = tf.layers.concatenate({ name: `skip${level}` }).apply([apply(up, x), skips[level]!]) as SymbolicTensor;
    x = residualBlock(tf, x, 2 * width, width, `dec${level}`);
  }
  // Small at the start: an untrained network is nearly the identity.
  const change = double(tf, 1, 0.05, "change");
  const output = tf.layers.add({ name: "restored" }).apply([base, apply(change, x)]) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: output, name });
}

/** Two 3×3 convolutions, each with batch normalisation, beside a shortcut; 1×1 on the shortcut where the width changes. */
function residualBlock(tf: Tf, x: SymbolicTensor, from: number, to: number, name: string): SymbolicTensor {
  const conv = (suffix: string, kernelSize: number, scale: number, useBias = false) =>
    tf.layers.conv2d({
      filters: to,
      kernelSize,
      padding: "same",
      useBias,
      kernelInitializer: tf.initializers.varianceScaling({ scale, mode: "fanIn", distribution: "normal" }),
      name: `${name}_${suffix}`,
    });
  // A momentum of 0.95: the statistics have settled after some 60 batches, and the averaged weights average them again.
  const norm = (suffix: string) => tf.layers.batchNormalization({ momentum: 0.95, name: `${name}_${suffix}` });
  const relu = (suffix: string) => tf.layers.activation({ activation: "relu", name: `${name}_${suffix}` });
  const first = apply(relu("relu1"), apply(norm("norm1"), apply(conv("conv1", 3, 2), x)));
  const second = apply(norm("norm2"), apply(conv("conv2", 3, 0.5), first));
  const shortcut = from === to ? x : apply(conv("conv0", 1, 1, true), x);
  const sum = tf.layers.add({ name: `${name}_add` }).apply([shortcut, second]) as SymbolicTensor;
  return apply(relu("relu2"), sum);
}

function halve(tf: Tf, filters: number, name: string) {
  return tf.layers.conv2d({
    filters,
    kernelSize: 2,
    strides: 2,
    padding: "valid",
    kernelInitializer: tf.initializers.varianceScaling({ scale: 2, mode: "fanIn", distribution: "normal" }),
    name,
  });
}

/** @param stddev of the weights; each output pixel sees one of the four kernel positions only, which the usual schemes ignore. */
function double(tf: Tf, filters: number, stddev: number, name: string) {
  return tf.layers.conv2dTranspose({
    filters,
    kernelSize: 2,
    strides: 2,
    padding: "valid",
    kernelInitializer: tf.initializers.randomNormal({ stddev }),
    name,
  });
}

function apply(layer: { apply(x: SymbolicTensor): unknown }, x: SymbolicTensor): SymbolicTensor {
  return layer.apply(x) as SymbolicTensor;
}
