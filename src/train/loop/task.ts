import type { LayersModel, Scalar, Tensor } from "@tensorflow/tfjs";
import type { Random } from "../random.js";
import type { Tf } from "../tfjs.js";

/** One mini-batch as it goes into the network and what should come out. */
export interface Batch {
  readonly input: Tensor;
  readonly target: Tensor;
  /** Anything more that the loss needs, one row per example. */
  readonly side?: Tensor;
  /** How much of the training is over, 0 to 1. */
  readonly progress: number;
}

/** What the examples of a step are made of. */
export interface Draw {
  readonly items: readonly string[];
  /** The items whose turn it is, one for each example; without them each example takes any. */
  readonly turn?: readonly string[];
  readonly random: Random;
  /** How much of the training is over, 0 to 1. */
  readonly progress: number;
}

/** Named numbers of a validation, e.g. { accuracy: 0.99 }. */
export type Figures = Readonly<Record<string, number>>;

/** What is learnt: where examples come from, what is to be small, what is measured. */
export interface Task {
  /** Architecture name. */
  readonly architecture: string;
  /** The network to train, which may take other sizes of input than the one that is shipped. */
  build(tf: Tf): LayersModel;
  /** Examples a step where items come in passes. */
  readonly batch?: number;
  drawBatch(tf: Tf, draw: Draw): Promise<Batch>;
  loss(tf: Tf, model: LayersModel, batch: Batch): Scalar;
  /** On `items` of fields that were never trained on; the same examples each time. */
  validate(tf: Tf, model: LayersModel, items: readonly string[]): Promise<Figures>;
}
