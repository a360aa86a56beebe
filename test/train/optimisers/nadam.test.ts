import type { Scalar, Variable } from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { createOptimiser, setRate } from "../../../src/train/optimisers/index.js";
import { nadam } from "../../../src/train/optimisers/nadam.js";
import type { Tf } from "../../../src/train/tfjs.js";
import { maxAbsDifference } from "../support/planes.js";
import { plainTfjs } from "../support/tfjs-cpu.js";

let tf: Tf;
beforeAll(async () => {
  tf = await plainTfjs();
});

const START = [1, -2, 0.5];
const TARGET = [3, -1, 0.1];
const WEIGHTS = [0.5, 2, 10];
/**
 * Of the same descent by another implementation, in 64-bit numbers: torch.optim.NAdam of PyTorch 2.13 with lr=0.001, eps=1e-7,
 * momentum_decay=0.004.
 */
const PYTORCH: Readonly<Record<number, readonly number[]>> = {
  1: [1.001056452, -1.998943548, 0.498943548],
  2: [1.001839953, -1.998160231, 0.498160782],
  10: [1.008073509, -1.991931781, 0.491947727],
  200: [1.192149437, -1.812548099, 0.3275656],
};

const loss = (x: Variable) => x.sub(TARGET).square().mul(WEIGHTS).sum() as Scalar;

test("Nadam goes the way of another implementation", () => {
  const x = tf.variable(tf.tensor1d(START));
  const optimiser = nadam(tf, { rate: 0.001 });
  for (let t = 1; t <= 200; t++) {
    optimiser.minimize(() => loss(x), false, [x]);
    const expected = PYTORCH[t];
    if (expected) expect(maxAbsDifference(x.dataSync(), expected)).toBeLessThan(3e-6);
  }
});

test("Nadam goes on from its saved moments as if it had not stopped", async () => {
  const run = (steps: number, optimiser: ReturnType<typeof nadam>, x: Variable) => {
    for (let t = 0; t < steps; t++) optimiser.minimize(() => loss(x), false, [x]);
  };
  const whole = tf.variable(tf.tensor1d(START));
  run(30, nadam(tf, { rate: 0.01 }), whole);
  const parts = tf.variable(tf.tensor1d(START));
  const first = nadam(tf, { rate: 0.01 });
  run(12, first, parts);
  const saved = (await first.getWeights()).map(({ name, tensor }) => ({ name, tensor: tensor.clone() }));
  const second = nadam(tf, { rate: 0.01 });
  await second.setWeights(saved);
  run(18, second, parts);
  expect([...parts.dataSync()]).toEqual([...whole.dataSync()]);
});

test("a rate that is changed is the rate of the next step, of every optimiser", () => {
  for (const choice of [
    { name: "adam", rate: 0.1 },
    { name: "momentum", rate: 0.1, momentum: 0.9 },
    { name: "nadam", rate: 0.1 },
  ] as const) {
    const x = tf.variable(tf.tensor1d(START));
    const optimiser = createOptimiser(tf, choice);
    setRate(optimiser, 0);
    optimiser.minimize(() => loss(x), false, [x]);
    expect([...x.dataSync()]).toEqual(START);
    setRate(optimiser, 0.01);
    optimiser.minimize(() => loss(x), false, [x]);
    expect([...x.dataSync()]).not.toEqual(START);
    optimiser.dispose();
  }
});
