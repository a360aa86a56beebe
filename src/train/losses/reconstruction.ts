import type { Scalar, Tensor4D } from "@tensorflow/tfjs";
import type { Tf } from "../tfjs.js";
import { ssimTensor } from "./ssim.js";

/** How far a reconstruction is from the focused frame. */
export interface ReconstructionLoss {
  /** For the card. */
  readonly words: string;
  /**
   * @param a [n, h, w, 1], on a scale where the focused frame's range is 0 to 1; not clipped
   * @param b the same of the focused frame
   * @param progress how much of the training is over, 0 to 1
   */
  value(tf: Tf, a: Tensor4D, b: Tensor4D, progress: number): Scalar;
}

/** Our error is counted in eighths of the focused frame's range, about a standard deviation. */
const ERROR_SCALE = 8;
/**
 * In ours SSIM joins when the network has learnt to change something. At first it only holds it back: both sides have the same noise, so in
 * the empty parts of a frame, which are most of it, SSIM is perfect for no change at all and falls with any.
 */
const JOINS = { from: 0.1, full: 0.25 };
/** The paper counts errors in grey values. */
const GREY_VALUES = 255;

/** 1 − SSIM. SSIM with a range of 255 on grey values is SSIM with a range of 1 on values of 0 to 1. */
const dissimilarity = (tf: Tf, a: Tensor4D, b: Tensor4D) => tf.scalar(1).sub(ssimTensor(tf, a, b).mean()) as Scalar;
const l1 = (a: Tensor4D, b: Tensor4D) => a.sub(b).abs().mean().mul(GREY_VALUES) as Scalar;

export const RECONSTRUCTION_LOSSES = {
  /** Pseudo-Huber, so that wrong halos pull and hot pixels do not. */
  "huber+ssim": {
    words: "pseudo-Huber error, joined by 1 − SSIM from 10 to 25 % of the training on",
    value(tf, a, b, progress) {
      const weight = Math.min(1, Math.max(0, (progress - JOINS.from) / (JOINS.full - JOINS.from)));
      const huber = a.sub(b).mul(ERROR_SCALE).square().add(1).sqrt().sub(1).mean() as Scalar;
      return weight === 0 ? huber : dissimilarity(tf, a, b).mul(weight).add(huber);
    },
  },
  ssim: {
    words: "1 − SSIM (11-px Gaussian window, σ 1.5, range 255)",
    value: dissimilarity,
  },
  l1: {
    words: "mean absolute error in grey values of 0 to 255",
    value: (_tf, a, b) => l1(a, b),
  },
  "l1+ssim": {
    words: "mean absolute error in grey values of 0 to 255 + 100 · (1 − SSIM)",
    value: (tf, a, b) => l1(a, b).add(dissimilarity(tf, a, b).mul(100)),
  },
} as const satisfies Record<string, ReconstructionLoss>;

export type LossName = keyof typeof RECONSTRUCTION_LOSSES;
export const LOSS_NAMES = Object.keys(RECONSTRUCTION_LOSSES) as LossName[];
