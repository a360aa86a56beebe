import type { LayersModel } from "@tensorflow/tfjs";
import type { Tf } from "../tfjs.js";

/** Side of the input, px. */
export const SDCNN_SIDE = 134;

/**
 * SDCNN, the sharp/defocused classifier of Xue et al. 2021: [n, 134, 134, 3] standardised pixels → [n, 2], P(focused) and
 * P(defocused). 3×3 valid convolutions 64-64, max-pool 3, 128-128, max-pool 3, 256-256, global average pooling, dense 512, dense 2,
 * softmax.
 *
 * @param side null for any size: the average makes the weights independent of it
 */
export function buildSdcnn(tf: Tf, side: number | null = SDCNN_SIDE): LayersModel {
  const input = tf.input({ shape: [side, side, 3], name: "pixels" });
  const conv = (filters: number, name: string) =>
    tf.layers.conv2d({
      filters,
      kernelSize: 3,
      padding: "valid",
      activation: "relu",
      kernelInitializer: "heNormal",
      name,
    });
  const pool = (name: string) => tf.layers.maxPooling2d({ poolSize: 3, strides: 3, padding: "valid", name });
  const layers = [
    conv(64, "conv1a"),
    conv(64, "conv1b"),
    pool("pool1"),
    conv(128, "conv2a"),
    conv(128, "conv2b"),
    pool("pool2"),
    conv(256, "conv3a"),
    conv(256, "conv3b"),
    tf.layers.globalAveragePooling2d({ name: "average" }),
    tf.layers.dense({ units: 512, activation: "relu", kernelInitializer: "heNormal", name: "dense1" }),
    tf.layers.dense({ units: 2, activation: "softmax", name: "class" }),
  ];
  let x = input;
  for (const layer of layers) x = layer.apply(x) as typeof input;
  return tf.model({ inputs: input, outputs: x, name: "sdcnn" });
}
