import type { layers, Tensor } from "@tensorflow/tfjs";
import type { Tensorflow } from "./tensorflow-binding.js";

export interface DepthToSpaceConfig {
  /** Side of the block: channels are divided by its square, height and width multiplied by it. */
  readonly blockSize: number;
  readonly name?: string;
}

type LayerFactory = (config: DepthToSpaceConfig) => layers.Layer;
const factories = new WeakMap<Tensorflow, LayerFactory>();

/** Makes tfjs know the layers that it lacks and our networks may use. To be called before a model that has them is loaded. */
export function registerLayers(tf: Tensorflow): LayerFactory {
  const known = factories.get(tf);
  if (known) return known;

  /** Pixel shuffle: [n, h, w, c·b²] → [n, h·b, w·b, c]. */
  class DepthToSpace extends tf.layers.Layer {
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
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      return tf.depthToSpace(x as Parameters<typeof tf.depthToSpace>[0], this.#config.blockSize, "NHWC");
    }

    override getConfig() {
      return { ...super.getConfig(), blockSize: this.#config.blockSize };
    }
  }

  tf.serialization.registerClass(DepthToSpace as unknown as Parameters<typeof tf.serialization.registerClass>[0]);
  const factory: LayerFactory = (config) => new DepthToSpace(config);
  factories.set(tf, factory);
  return factory;
}

/** Pixel shuffle as a layer: [n, h, w, c·b²] → [n, h·b, w·b, c]. */
export function depthToSpace(tf: Tensorflow, config: DepthToSpaceConfig): layers.Layer {
  return registerLayers(tf)(config);
}
