import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import type { Tensorflow } from "../tensorflow-binding.js";
import { imageOf } from "./image-of.js";

export interface ScalarInstanceNormConfig {
  /** Added to the standard deviation, not to the variance. */
  readonly epsilon: number;
  readonly name?: string;
}

/**
 * Instance normalisation over the whole tensor: each example by the mean and s.d. of all its pixels and channels together, then one
 * scale and one shift, γ · (x − μ) / (σ + ε) + β. It is what keras-contrib's InstanceNormalization does with `axis=None`.
 */
export function defineScalarInstanceNorm(tf: Tensorflow) {
  return class ScalarInstanceNorm extends tf.layers.Layer {
    static className = "ScalarInstanceNorm";
    readonly #epsilon: number;
    #gamma: ReturnType<typeof this.addWeight> | undefined;
    #beta: ReturnType<typeof this.addWeight> | undefined;

    constructor(config: ScalarInstanceNormConfig) {
      super({ ...config });
      this.#epsilon = config.epsilon;
    }

    override build(): void {
      this.#gamma = this.addWeight("gamma", [1], "float32", tf.initializers.ones());
      this.#beta = this.addWeight("beta", [1], "float32", tf.initializers.zeros());
      this.built = true;
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      if (!this.#gamma || !this.#beta) throw new Error(`${this.name} was not built`);
      const { x } = imageOf(inputs, "ScalarInstanceNorm");
      return normalise(tf, x, this.#gamma.read(), this.#beta.read(), this.#epsilon);
    }

    override getConfig() {
      return { ...super.getConfig(), epsilon: this.#epsilon };
    }
  };
}

/**
 * With a gradient of its own: the one that tfjs would put together keeps four tensors of x's size for each normalisation, and is not
 * a number where an image is flat.
 */
function normalise(tf: Tensorflow, x: Tensor4D, gamma: Tensor, beta: Tensor, epsilon: number): Tensor {
  const operation = tf.customGrad((...inputs) => {
    const [image, scale, shift, save] = inputs as unknown as [Tensor4D, Tensor, Tensor, (tensors: Tensor[]) => void];
    const mean = image.mean([1, 2, 3], true);
    const sd = image.squaredDifference(mean).mean([1, 2, 3], true).sqrt();
    const unit = sd.add(epsilon);
    const value = image.sub(mean).mul(scale.div(unit)).add(shift);
    save([image, mean, sd, scale]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [a, mu, sigma, g] = saved as [Tensor4D, Tensor, Tensor, Tensor];
        const s = sigma.add(epsilon);
        const standard = a.sub(mu).div(s);
        const along = dy.mul(standard);
        // d(σ)/dx is (x − μ) / (N σ): where σ is 0, so is x − μ.
        const share = along.mean([1, 2, 3], true).mul(s.div(sigma.maximum(1e-12)));
        const dx = dy
          .sub(dy.mean([1, 2, 3], true))
          .sub(standard.mul(share))
          .mul(g.div(s));
        return [dx, along.sum().reshape([1]), dy.sum().reshape([1])];
      },
    };
  });
  return operation(x, gamma, beta);
}
