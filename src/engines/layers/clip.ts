import type { Tensor } from "@tensorflow/tfjs";
import type { Tensorflow } from "../tensorflow-binding.js";
import { imageOf } from "./image-of.js";

export interface ClipConfig {
  readonly low: number;
  readonly high: number;
  readonly name?: string;
}

/** Cuts values off at both ends; while training it lets them through, else a pixel outside would have no gradient to come back by. */
export function defineClip(tf: Tensorflow) {
  return class Clip extends tf.layers.Layer {
    static className = "Clip";
    readonly #config: ClipConfig;

    constructor(config: ClipConfig) {
      super({ ...config });
      this.#config = config;
    }

    override call(inputs: Tensor | Tensor[], kwargs?: { training?: boolean }): Tensor {
      const { x } = imageOf(inputs, "Clip");
      return kwargs?.training ? x.clone() : x.clipByValue(this.#config.low, this.#config.high);
    }

    override getConfig() {
      return { ...super.getConfig(), low: this.#config.low, high: this.#config.high };
    }
  };
}
