import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import { ownLayers } from "../../engines/tfjs-layers.js";
import type { Tf } from "../tfjs.js";

/** Side of the image that goes in and comes out, px. */
export const RESUNET_SIDE = 388;
/** Mirrored pixels on each side, which the valid convolutions use up: 388 + 2 · 92 = 572. */
const PAD = 92;
const WIDTHS = [64, 128, 256, 512, 1024] as const;
/** A sixteenth of the work: what a machine without a GPU can train to tell the architectures apart. */
export const QUARTER_WIDTHS = WIDTHS.map((width) => width / 4);
/** Added to the s.d.; as in keras-contrib's InstanceNormalization. */
const EPSILON = 1e-3;
/**
 * The published networks take and give grey values of 0 to 255; refocusd gives every network standardised pixels. A frame's mean becomes
 * 110 and its s.d. 10, so that 0 to 255 are −11 to 14.5 s.d.: in 150 items of a pool the 0.1 and 99.9 percentiles of focused frames
 * lay at −9.7 to 16.4 s.d. of the defocused ones (10 and 90 % of the items).
 */
export const GREY = { scale: 10, offset: 110, largest: 255 } as const;

export interface ResunetOptions {
  /** 388 or another side of 16 k + 4 px, at least 100: pooling must come out even on each level. */
  readonly side?: number;
  /** Channels on each level. */
  readonly widths?: readonly number[];
  /** Whether each pair of convolutions has a shortcut beside it. */
  readonly residual?: boolean;
}

/**
 * ResUNet as Xue et al. 2021 publish it: [n, 388, 388, 1] pixels of a defocused frame → the same of the focused one. A U-Net of valid 3×3
 * convolutions on the image padded symmetrically to 572 px; blocks of two convolutions, each behind a normalisation and an activation,
 * beside a 1×1 convolution of the cropped input; 2×2 max-pooling, 2×2 transposed convolutions, skips cropped by 4, 16, 40 and 88 px,
 * a 1×1 convolution at the end, clipped to 0 … 255. Both ends are in standardised units, see GREY.
 *
 * Two things are our reading: the very first activation is left out (a rectified one-channel image would have lost what is darker than
 * its mean, and `unet` has no other way past it), and pooling is by maximum, as in U-Net.
 */
export function buildResunet(tf: Tf, options: ResunetOptions = {}): LayersModel {
  const { side = RESUNET_SIDE, widths = WIDTHS, residual = true } = options;
  if (side % 16 !== 4 || side < 100) throw new RangeError(`a side of ${side} px does not come out even on each level`);
  const own = ownLayers(tf);
  const input = tf.input({ shape: [side, side, 1], name: "pixels" });
  let x = apply(own.affine({ scale: GREY.scale, offset: GREY.offset, name: "to_grey" }), input);
  x = apply(own.symmetricPad({ pad: PAD, name: "pad" }), x);
  const skips: SymbolicTensor[] = [];
  widths.forEach((width, level) => {
    if (level > 0) {
      skips.push(x);
      x = apply(tf.layers.maxPooling2d({ poolSize: 2, strides: 2, name: `down${level}` }), x);
    }
    x = block(tf, x, width, residual, `enc${level}`, level > 0);
  });
  for (let level = widths.length - 2; level >= 0; level--) {
    const up = apply(double(tf, widths[level]!, Math.sqrt(1 / widths[level + 1]!), `up${level}`), x);
    const skip = skips[level]!;
    const cropping = (skip.shape[1]! - up.shape[1]!) / 2;
    const cropped = apply(
      tf.layers.cropping2D({
        cropping: [
          [cropping, cropping],
          [cropping, cropping],
        ],
        name: `crop${level}`,
      }),
      skip,
    );
    x = tf.layers.concatenate({ name: `skip${level}` }).apply([cropped, up]) as SymbolicTensor;
    x = block(tf, x, widths[level]!, residual, `dec${level}`);
  }
  // It begins in the middle of the range, with about the contrast of an image: Nadam moves a weight by 0.001 a step. The shortcuts carry
  // grey values of some 100 to here; without them all is of order 1.
  const stddev = (residual ? 0.02 : GREY.scale) / Math.sqrt(widths[0]!);
  const last = own.pointwise({
    filters: 1,
    useBias: true,
    initialiser: tf.initializers.randomNormal({ stddev }),
    biasInitialiser: tf.initializers.constant({ value: GREY.offset }),
    name: "grey",
  });
  const grey = apply(own.clip({ low: 0, high: GREY.largest, name: "clip" }), apply(last, x));
  const back = { scale: 1 / GREY.scale, offset: -GREY.offset / GREY.scale };
  const output = apply(own.affine({ ...back, name: "restored" }), grey);
  return tf.model({ inputs: input, outputs: output, name: residual ? "resunet" : "unet" });
}

/** The same skeleton without shortcuts, with which the paper compares ResUNet. */
export function buildUnet(tf: Tf, options: Omit<ResunetOptions, "residual"> = {}): LayersModel {
  return buildResunet(tf, { ...options, residual: false });
}

/** Two 3×3 valid convolutions: the image loses two pixels on each side. */
function block(
  tf: Tf,
  x: SymbolicTensor,
  filters: number,
  residual: boolean,
  name: string,
  rectified = true,
): SymbolicTensor {
  const conv = (suffix: string) =>
    tf.layers.conv2d({
      filters,
      kernelSize: 3,
      padding: "valid",
      kernelInitializer: "heNormal",
      name: `${name}_${suffix}`,
    });
  const first = apply(conv("conv1"), activated(tf, x, `${name}_norm1`, rectified));
  const second = apply(conv("conv2"), activated(tf, first, `${name}_norm2`));
  if (!residual) return second;
  const cropped = apply(
    tf.layers.cropping2D({
      cropping: [
        [2, 2],
        [2, 2],
      ],
      name: `${name}_crop`,
    }),
    x,
  );
  const initialiser = tf.initializers.heNormal({});
  const conv0 = ownLayers(tf).pointwise({ filters, useBias: true, initialiser, name: `${name}_conv0` });
  const shortcut = apply(conv0, cropped);
  return tf.layers.add({ name: `${name}_add` }).apply([shortcut, second]) as SymbolicTensor;
}

function activated(tf: Tf, x: SymbolicTensor, name: string, rectified = true): SymbolicTensor {
  const normalised = apply(ownLayers(tf).scalarInstanceNorm({ epsilon: EPSILON, name }), x);
  if (!rectified) return normalised;
  return apply(tf.layers.activation({ activation: "relu", name: `${name}_relu` }), normalised);
}

/** @param stddev of the weights; each output pixel sees one of the four kernel positions only, which the usual schemes ignore. */
function double(tf: Tf, filters: number, stddev: number, name: string) {
  const kernelInitializer = tf.initializers.randomNormal({ stddev });
  return tf.layers.conv2dTranspose({ filters, kernelSize: 2, strides: 2, padding: "valid", kernelInitializer, name });
}

function apply(layer: { apply(x: SymbolicTensor): unknown }, x: SymbolicTensor): SymbolicTensor {
  return layer.apply(x) as SymbolicTensor;
}
