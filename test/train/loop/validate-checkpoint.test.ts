import { expect, test } from "vitest";
import type { Checkpoint } from "../../../src/train/loop/checkpoint.js";
import type { Task } from "../../../src/train/loop/task.js";
import { validateCheckpoint } from "../../../src/train/loop/validate-checkpoint.js";
import { plainTfjs } from "../support/tfjs-cpu.js";

const tf = await plainTfjs();
const build: Task["build"] = (tf) =>
  tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1], useBias: false, name: "dense" })] });
const weights = (value: number) => [{ name: "dense/kernel", shape: [1, 1], data: Float32Array.of(value) }];
const checkpoint: Checkpoint = {
  architecture: "sdcnn",
  seed: 1,
  step: 20,
  elapsedMs: 120_000,
  history: [{ step: 10, minutes: 1, loss: 0.5, figures: { accuracy: 0.6 } }],
  weights: weights(1),
  average: weights(3),
  optimiser: [],
};
const task: Pick<Task, "build" | "validate"> = {
  build,
  // Tells the weight it was shown, so that a validation of the wrong weights is seen.
  validate: (_, model, items) =>
    Promise.resolve({ accuracy: model.weights[0]!.read().dataSync()[0]!, items: items.length }),
};

test("measures the averaged weights of a last step that nobody has measured", async () => {
  const { history } = await validateCheckpoint(tf, task as Task, checkpoint, ["a.item", "b.item"]);
  expect(history.at(-1)).toEqual({ step: 20, minutes: 2, loss: null, figures: { accuracy: 3, items: 2 } });
});

test("leaves a checkpoint that is measured, or a pool that is gone, alone", async () => {
  const measured = { ...checkpoint, step: 10 };
  expect(await validateCheckpoint(tf, task as Task, measured, ["a.item"])).toBe(measured);
  expect(await validateCheckpoint(tf, task as Task, checkpoint, [])).toBe(checkpoint);
});
