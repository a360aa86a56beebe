import type { initializers, Tensor } from "@tensorflow/tfjs";
import type { Tensorflow } from "../tensorflow-binding.js";
import { imageOf } from "./image-of.js";

type Initialiser = ReturnType<typeof initializers.heNormal>;

export interface PointwiseConfig {
  /** Channels that come out. */
  readonly filters: number;
  readonly useBias: boolean;
  /** Of kernel and bias; zeros where none is given, as where weights are loaded. */
  readonly initialiser?: Initialiser;
  readonly biasInitialiser?: Initialiser;
  readonly name?: string;
}

/**
 * A 1×1 convolution, as a product of matrices. tfjs' own, with 1024 channels coming out, ended the process by a division by zero within
 * TensorFlow 2.21's oneDNN (256 → 1024 and 512 → 1024 channels, on an AMD EPYC; 1000 channels did not).
 */
export function definePointwise(tf: Tensorflow) {
  return class Pointwise extends tf.layers.Layer {
    static className = "Pointwise";
    readonly #config: PointwiseConfig;
    #kernel: ReturnType<typeof this.addWeight> | undefined;
    #bias: ReturnType<typeof this.addWeight> | undefined;

    constructor(config: PointwiseConfig) {
      super(config.name === undefined ? {} : { name: config.name });
      this.#config = config;
    }

    override build(inputShape: unknown): void {
      const from = (inputShape as number[]).at(-1)!;
      const zeros = tf.initializers.zeros();
      const { filters, useBias, initialiser = zeros, biasInitialiser = zeros } = this.#config;
      this.#kernel = this.addWeight("kernel", [1, 1, from, filters], "float32", initialiser);
      if (useBias) this.#bias = this.addWeight("bias", [filters], "float32", biasInitialiser);
      this.built = true;
    }

    override computeOutputShape(inputShape: number[]): (number | null)[] {
      return [...inputShape.slice(0, 3), this.#config.filters];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      if (!this.#kernel) throw new Error(`${this.name} was not built`);
      const { x, n, h, w, channels } = imageOf(inputs, "Pointwise");
      const { filters } = this.#config;
      const rows = tf.matMul(x.reshape([n * h * w, channels]), this.#kernel.read().reshape([channels, filters]));
      return (this.#bias ? rows.add(this.#bias.read()) : rows).reshape([n, h, w, filters]);
    }

    override getConfig() {
      return { ...super.getConfig(), filters: this.#config.filters, useBias: this.#config.useBias };
    }
  };
}
