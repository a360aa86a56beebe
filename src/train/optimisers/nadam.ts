import type { Optimizer, Tensor, Variable } from "@tensorflow/tfjs";
import type { Tf } from "../tfjs.js";

export interface NadamConfig {
  readonly rate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly scheduleDecay?: number;
}

interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** Running means of a variable's gradient and of its square. */
interface Moments {
  readonly name: string;
  readonly first: Variable;
  readonly second: Variable;
}

/**
 * Nadam (Dozat 2016, Incorporating Nesterov Momentum into Adam), which tfjs lacks, with the defaults of Keras and its schedule of the
 * momentum: μ_t = β₁ (1 − ½ · 0.96^(t · decay)).
 */
export function nadam(tf: Tf, config: NadamConfig): Optimizer {
  const { rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, scheduleDecay = 0.004 } = config;
  const momentumAt = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * scheduleDecay));

  class Nadam extends tf.Optimizer {
    static className = "Nadam";
    learningRate = rate;
    /** Product of all momenta up to now. */
    #product = 1;
    /** In the order of the variables, whose names may differ when a training goes on. */
    #moments: Moments[] = [];

    applyGradients(gradients: Readonly<Record<string, Tensor>> | NamedTensor[]): void {
      const named = Array.isArray(gradients)
        ? gradients
        : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
      this.incrementIterations();
      const t = this.iterations;
      const [now, next] = [momentumAt(t), momentumAt(t + 1)];
      this.#product *= now;
      const ofGradient = (this.learningRate * (1 - now)) / (1 - this.#product);
      const ofFirst = (this.learningRate * next) / (1 - this.#product * next);
      const ofSecond = 1 / (1 - beta2 ** t);
      for (const [k, { name, tensor: gradient }] of named.entries()) {
        const variable = tf.engine().registeredVariables[name]!;
        this.#moments[k] ??= { name, first: zeros(tf, variable), second: zeros(tf, variable) };
        const { first, second } = this.#moments[k];
        tf.tidy(() => {
          first.assign(first.mul(beta1).add(gradient.mul(1 - beta1)));
          second.assign(second.mul(beta2).add(gradient.square().mul(1 - beta2)));
          const direction = gradient.mul(ofGradient).add(first.mul(ofFirst));
          variable.assign(variable.sub(direction.div(second.mul(ofSecond).sqrt().add(epsilon))));
        });
      }
    }

    override async getWeights(): Promise<NamedTensor[]> {
      return [
        await this.saveIterations(),
        ...this.#moments.map(({ name, first }) => ({ name: `${name}/m`, tensor: first })),
        ...this.#moments.map(({ name, second }) => ({ name: `${name}/v`, tensor: second })),
      ];
    }

    override async setWeights(saved: NamedTensor[]): Promise<void> {
      const moments = await this.extractIterations(saved);
      this.#product = 1;
      for (let t = 1; t <= this.iterations; t++) this.#product *= momentumAt(t);
      const variables = moments.length / 2;
      this.#moments = Array.from({ length: variables }, (_, k) => ({
        name: moments[k]!.name.slice(0, -"/m".length),
        first: moments[k]!.tensor.variable(false),
        second: moments[variables + k]!.tensor.variable(false),
      }));
    }

    override getConfig() {
      return { learningRate: this.learningRate, beta1, beta2, epsilon, scheduleDecay };
    }

    override dispose(): void {
      for (const { first, second } of this.#moments) tf.dispose([first, second]);
    }
  }

  return new Nadam();
}

function zeros(tf: Tf, like: Variable): Variable {
  return tf.tidy(() => tf.zerosLike(like).variable(false));
}
