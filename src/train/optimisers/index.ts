import type { Optimizer, Tensor } from "@tensorflow/tfjs";
import type { Tf } from "../tfjs.js";
import { nadam } from "./nadam.js";

/** How a gradient becomes a step; `rate` is that of the first step after any warm-up. */
export type OptimiserChoice =
  | { readonly name: "adam"; readonly rate: number }
  | { readonly name: "momentum"; readonly rate: number; readonly momentum: number }
  | { readonly name: "nadam"; readonly rate: number };

export function createOptimiser(tf: Tf, choice: OptimiserChoice): Optimizer {
  switch (choice.name) {
    case "adam":
      return tf.train.adam(choice.rate);
    case "momentum":
      return tf.train.momentum(choice.rate, choice.momentum);
    case "nadam":
      return nadam(tf, choice);
  }
}

/** Changes the rate before the next step. */
export function setRate(optimiser: Optimizer, rate: number): void {
  const some = optimiser as Optimizer & { learningRate: number; setLearningRate?: (rate: number) => void };
  if (some.learningRate === rate) return;
  // Momentum keeps its rate as a tensor and has a setter; Adam reads the number anew in each step and has none.
  if (some.setLearningRate) some.setLearningRate(rate);
  else some.learningRate = rate;
}

/** Frees what an optimiser keeps. Momentum's own `dispose` forgets its rate, which it keeps as a tensor. */
export function disposeOptimiser(optimiser: Optimizer): void {
  optimiser.dispose();
  (optimiser as Optimizer & { readonly c?: Tensor }).c?.dispose();
}

/** For the card. */
export function optimiserInWords(choice: OptimiserChoice): string {
  switch (choice.name) {
    case "adam":
      return `Adam, rate ${choice.rate}`;
    case "momentum":
      return `SGD with momentum ${choice.momentum}, rate ${choice.rate}`;
    case "nadam":
      return `Nadam (Dozat 2016), rate ${choice.rate}`;
  }
}
