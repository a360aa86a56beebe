import type { Tensor } from "@tensorflow/tfjs";
import type { Tensorflow } from "../tensorflow-binding.js";
import { imageOf } from "./image-of.js";

export interface AffineConfig {
  readonly scale: number;
  readonly offset: number;
  readonly name?: string;
}

/** Fixed change of units: scale · x + offset. */
export function defineAffine(tf: Tensorflow) {
  return class Affine extends tf.layers.Layer {
    static className = "Affine";
    readonly #config: AffineConfig;

    constructor(config: AffineConfig) {
      super({ ...config });
      this.#config = config;
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      return imageOf(inputs, "Affine").x.mul(this.#config.scale).add(this.#config.offset);
    }

    override getConfig() {
      return { ...super.getConfig(), scale: this.#config.scale, offset: this.#config.offset };
    }
  };
}
