import type { Tensor } from "@tensorflow/tfjs";
import type { Tensorflow } from "../tensorflow-binding.js";
import { imageOf } from "./image-of.js";

export interface DepthToSpaceConfig {
  /** Side of the block: channels are divided by its square, height and width multiplied by it. */
  readonly blockSize: number;
  readonly name?: string;
}

/** Pixel shuffle: [n, h, w, c·b²] → [n, h·b, w·b, c]. */
export function defineDepthToSpace(tf: Tensorflow) {
  return class DepthToSpace extends tf.layers.Layer {
    static className = "DepthToSpace";
    readonly #config: DepthToSpaceConfig;

    constructor(config: DepthToSpaceConfig) {
      super({ ...config });
      this.#config = config;
    }

    override computeOutputShape(inputShape: number[]): (number | null)[] {
      const [n, h, w, c] = inputShape as (number | null)[];
      const b = this.#config.blockSize;
      return [n ?? null, h == null ? null : h * b, w == null ? null : w * b, (c as number) / (b * b)];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      const { x, n, h, w, channels } = imageOf(inputs, "DepthToSpace");
      // Not tf.depthToSpace: it has no gradient in tfjs 4.22. A block's rows become rows of the image; its columns are in place.
      const b = this.#config.blockSize;
      const rows = x.reshape([n * h, w, b, channels / b]).transpose([0, 2, 1, 3]);
      return rows.reshape([n, h * b, w * b, channels / (b * b)]);
    }

    override getConfig() {
      return { ...super.getConfig(), blockSize: this.#config.blockSize };
    }
  };
}
