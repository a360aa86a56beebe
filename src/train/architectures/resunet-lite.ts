import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import type { Tf } from "../tfjs.js";

/** Channels at each level; each level halves the side of the one before. */
const WIDTHS = [16, 32, 64, 128, 256] as const;
/** Sides of an input are multiples of this: one stride of 2 at the entrance and four down-sampling steps. */
export const RESUNET_LITE_MULTIPLE = 32;

/**
 * A residual U-Net for an ordinary CPU: [n, h, w, 1] standardised pixels of a defocused frame → the same of the focused one.
 * A 2×2 convolution of stride 2, residual blocks of width 16 to 256, skips by concatenation, a 2×2 transposed convolution of
 * stride 2, and the input added to the output. No normalisation layers, unlike the paper's instance normalisation: a tile then
 * does not depend on what else is in it, so tiles join without seams, and the network sees absolute contrast, which tells how far
 * out of focus a frame is. Each block starts close to its shortcut (its last convolution is small), which is what makes it trainable.
 */
export function buildResunetLite(tf: Tf): LayersModel {
  const input = tf.input({ shape: [null, null, 1], name: "pixels" });
  const skips: SymbolicTensor[] = [];
  let x = apply(
    tf.layers.conv2d({ filters: WIDTHS[0], kernelSize: 2, strides: 2, padding: "valid", name: "entrance" }),
    input,
  );
  WIDTHS.forEach((width, level) => {
    if (level > 0) {
      skips.push(x);
      x = apply(
        tf.layers.conv2d({ filters: width, kernelSize: 2, strides: 2, padding: "valid", name: `down${level}` }),
        x,
      );
    }
    x = residualBlock(tf, x, width, width, `enc${level}`);
  });
  for (let level = WIDTHS.length - 2; level >= 0; level--) {
    const width = WIDTHS[level]!;
    const up = tf.layers.conv2dTranspose({
      filters: width,
      kernelSize: 2,
      strides: 2,
      padding: "valid",
      name: `up${level}`,
    });
    x = tf.layers.concatenate({ name: `skip${level}` }).apply([apply(up, x), skips[level]!]) as SymbolicTensor;
    x = residualBlock(tf, x, 2 * width, width, `dec${level}`);
  }
  // Small at the start: an untrained network is nearly the identity. Not zero, from where learning took hundreds of steps to leave.
  const change = tf.layers.conv2dTranspose({
    filters: 1,
    kernelSize: 2,
    strides: 2,
    padding: "valid",
    kernelInitializer: tf.initializers.randomNormal({ stddev: 0.03 }),
    name: "change",
  });
  const output = tf.layers.add({ name: "restored" }).apply([input, apply(change, x)]) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: output, name: "resunet-lite" });
}

/** Two 3×3 convolutions beside a shortcut; 1×1 on the shortcut where the width changes. */
function residualBlock(tf: Tf, x: SymbolicTensor, from: number, to: number, name: string): SymbolicTensor {
  const conv = (suffix: string, kernelSize: number, scale = 2) =>
    tf.layers.conv2d({
      filters: to,
      kernelSize,
      padding: "same",
      kernelInitializer: tf.initializers.varianceScaling({ scale, mode: "fanIn", distribution: "normal" }),
      name: `${name}_${suffix}`,
    });
  const relu = (suffix: string) => tf.layers.activation({ activation: "relu", name: `${name}_${suffix}` });
  const y = apply(conv("conv2", 3, 0.2), apply(relu("relu1"), apply(conv("conv1", 3), x)));
  const shortcut = from === to ? x : apply(conv("conv0", 1, 1), x);
  const sum = tf.layers.add({ name: `${name}_add` }).apply([shortcut, y]) as SymbolicTensor;
  return apply(relu("relu2"), sum);
}

function apply(layer: { apply(x: SymbolicTensor): unknown }, x: SymbolicTensor): SymbolicTensor {
  return layer.apply(x) as SymbolicTensor;
}
