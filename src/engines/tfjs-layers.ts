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
      const [n, h, w, channels] = x?.shape ?? [];
      if (!x || !n || !h || !w || !channels) throw new Error(`DepthToSpace takes [n, h, w, c], not [${x?.shape}]`);
      // Not tf.depthToSpace: it has no gradient in tfjs 4.22. A block's rows become rows of the image; its columns are in place.
      const b = this.#config.blockSize;
      const rows = x.reshape([n * h, w, b, channels / b]).transpose([0, 2, 1, 3]);
      return rows.reshape([n, h * b, w * b, channels / (b * b)]);
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
