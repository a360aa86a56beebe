import type { Tensor } from "@tensorflow/tfjs";
import type { Tensorflow } from "../tensorflow-binding.js";
import { imageOf } from "./image-of.js";

export interface SymmetricPadConfig {
  /** Pixels on each of the four sides; at most the image's own. */
  readonly pad: number;
  readonly name?: string;
}

/** Goes on beyond the edges as in a mirror that stands at the edge, so that the outermost pixel comes twice: … 2 1 0 | 0 1 2 … */
export function defineSymmetricPad(tf: Tensorflow) {
  return class SymmetricPad extends tf.layers.Layer {
    static className = "SymmetricPad";
    readonly #config: SymmetricPadConfig;

    constructor(config: SymmetricPadConfig) {
      super({ ...config });
      this.#config = config;
    }

    override computeOutputShape(inputShape: number[]): (number | null)[] {
      const [n, h, w, c] = inputShape as (number | null)[];
      const longer = (side: number | null | undefined) => (side == null ? null : side + 2 * this.#config.pad);
      return [n ?? null, longer(h), longer(w), c ?? null];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      const { pad } = this.#config;
      const { x } = imageOf(inputs, "SymmetricPad");
      return tf.mirrorPad(
        x,
        [
          [0, 0],
          [pad, pad],
          [pad, pad],
          [0, 0],
        ],
        "symmetric",
      );
    }

    override getConfig() {
      return { ...super.getConfig(), pad: this.#config.pad };
    }
  };
}
