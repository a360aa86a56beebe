import type { Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs";
import type { Tf } from "../tfjs.js";

const WINDOW = 11;
const SIGMA = 1.5;
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

/** The 11-px Gaussian (σ 1.5) of Wang et al. 2004, sum 1. */
export function gaussianWindow(): Float32Array {
  const weights = Float32Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * SIGMA * SIGMA)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}

/**
 * Mean SSIM of each image of a batch, as a tensor that gradients flow through.
 *
 * @param a [n, h, w, 1], on a scale where the range of interest is 0 to 1
 * @param b the same
 * @returns [n]
 */
export function ssimTensor(tf: Tf, a: Tensor4D, b: Tensor4D) {
  const [n, h, w] = a.shape;
  const x = a.reshape([n, h, w]);
  const y = b.reshape([n, h, w]);
  // One blur of five maps behind each other instead of five blurs.
  const maps = tf.concat([x, y, x.mul(x), y.mul(y), x.mul(y)], 0) as Tensor3D;
  const [mx, my, mxx, myy, mxy] = tf.split(blur(tf, maps), 5, 0) as [Tensor3D, Tensor3D, Tensor3D, Tensor3D, Tensor3D];
  const product = mx.mul(my);
  const mx2 = mx.square();
  const my2 = my.square();
  const numerator = product.mul(2).add(C1).mul(mxy.sub(product).mul(2).add(C2));
  const denominator = mx2
    .add(my2)
    .add(C1)
    .mul(mxx.sub(mx2).add(myy.sub(my2)).add(C2));
  return numerator.div(denominator).reshape([n, -1]).mean(1);
}

/**
 * The Gaussian window without padding, as two products with banded matrices: a convolution of a single channel and its gradient
 * took six times as long in libtensorflow.
 */
function blur(tf: Tf, maps: Tensor3D): Tensor3D {
  const [n, h, w] = maps.shape;
  const down = tf.tile(band(tf, h).expandDims(0), [n, 1, 1]);
  const across = tf.tile(band(tf, w).expandDims(0), [n, 1, 1]);
  return tf.matMul(tf.matMul(down, maps), across, false, true) as Tensor3D;
}

/** [size − 10, size]: row i holds the window at i to i + 10. */
function band(tf: Tf, size: number): Tensor2D {
  const window = gaussianWindow();
  const rows = size - WINDOW + 1;
  const data = new Float32Array(rows * size);
  for (let i = 0; i < rows; i++) data.set(window, i * size + i);
  return tf.tensor2d(data, [rows, size]);
}
