import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadTensorflow } from "../../../src/engines/tensorflow-binding.js";
import { loadCheckpoint, saveCheckpoint } from "../../../src/train/loop/checkpoint.js";
import type { Task } from "../../../src/train/loop/task.js";
import { type TrainOptions, trainNetwork } from "../../../src/train/loop/train-network.js";
import { type Recipe, rateAt } from "../../../src/train/recipes.js";
import type { Tf } from "../../../src/train/tfjs.js";
import { hasTensorflow } from "../../support/tfjs.js";
import { maxAbsDifference } from "../support/planes.js";
import { plainTfjs } from "../support/tfjs-cpu.js";

let tf: Tf;
let folder = "";
beforeAll(async () => {
  tf = await plainTfjs();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refocusd-loop-"));
  await mkdir(join(folder, "items"));
  for (const k of [1, 2, 3]) await writeFile(join(folder, "items", `${k}.item`), "");
});
afterEach(() => rm(folder, { recursive: true }));

/** y = 2·x₁ − x₂ by a small network: all of the loop's machinery on something that takes milliseconds. */
const task: Task = {
  architecture: "toy",
  build: (f) => {
    const input = f.input({ shape: [2] });
    const hidden = f.layers.dense({
      name: "hidden",
      units: 6,
      activation: "tanh",
      kernelInitializer: f.initializers.glorotNormal({ seed: 3 }),
    });
    const out = f.layers.dense({ name: "out", units: 1, kernelInitializer: f.initializers.glorotNormal({ seed: 4 }) });
    return f.model({ inputs: input, outputs: out.apply(hidden.apply(input)) as typeof input });
  },
  async drawBatch(f, { items, random, progress }) {
    expect(items).toHaveLength(3);
    const rows = Array.from({ length: 8 }, () => [random.normal(), random.normal()]);
    return { input: f.tensor2d(rows), target: f.tensor2d(rows.map(([a, b]) => [2 * a! - b!])), progress };
  },
  loss: (_tf, model, batch) => (model.apply(batch.input) as Tensor2D).sub(batch.target).square().mean() as Scalar,
  async validate(f, model, items) {
    const error = f.tidy(() => {
      const x = f.tensor2d([
        [0.5, -0.5],
        [-1, 0.3],
      ]);
      return (model.predict(x) as Tensor2D)
        .sub(f.tensor2d([[1.5], [-2.3]]))
        .square()
        .mean()
        .dataSync()[0]!;
    });
    return { score: -error, items: items.length };
  },
};

const ours: Recipe = {
  // The warm-up leaves a third of this after the 60 steps of a test.
  optimiser: { name: "adam", rate: 0.2 },
  schedule: { kind: "cosine", warmUpSteps: 150 },
  draw: "random",
  keep: "average",
  stepsPerValidation: 25,
  length: { minutes: 1 },
};
const minutes = (n: number) => ({ choices: { recipe: "ours", length: { minutes: n } } });

/** A clock on which each step takes exactly a second. */
function options(name: string, more: Partial<TrainOptions> = {}): TrainOptions {
  let t = 0;
  return {
    folder: join(folder, name),
    trainItems: join(folder, "items"),
    validationItems: join(folder, "items"),
    recipe: ours,
    ...minutes(1),
    seed: 5,
    resume: false,
    now: () => (t += 1000),
    ...more,
  };
}

describe("trainNetwork", () => {
  test("learns, validates each epoch, and ends when its minutes are over", async () => {
    const losses: number[] = [];
    const { checkpoint, finished, model } = await trainNetwork(
      tf,
      task,
      options("a", { onStep: ({ loss }) => losses.push(loss) }),
    );
    expect(finished).toBe(true);
    expect(checkpoint).toMatchObject({ architecture: "toy", seed: 5, step: 60, elapsedMs: 60_000 });
    expect(checkpoint.history.map(({ step }) => step)).toEqual([25, 50, 60]);
    expect(checkpoint.history[0]?.figures).toMatchObject({ items: 3 });
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.5 * mean(losses.slice(0, 10)));
    // The returned model holds the averaged weights.
    const [kernel] = model.getWeights();
    expect(maxAbsDifference(kernel!.dataSync(), checkpoint.average[0]!.data)).toBe(0);
  });

  test("stopped and resumed, it ends with the weights of one that was not stopped", async () => {
    const whole = await trainNetwork(tf, task, options("whole"));
    for (const at of [1, 25, 38]) {
      const name = `stopped${at}`;
      const stop = new AbortController();
      const onStep = ({ step }: { step: number }) => step === at && stop.abort();
      const first = await trainNetwork(tf, task, options(name, { signal: stop.signal, onStep }));
      expect(first).toMatchObject({ finished: false, checkpoint: { step: at } });
      const second = await trainNetwork(tf, task, options(name, { resume: true }));
      expect(second).toMatchObject({ finished: true, checkpoint: { step: 60 } });
      for (const group of ["weights", "average", "optimiser"] as const) {
        second.checkpoint[group].forEach((tensor, k) => {
          expect(maxAbsDifference(tensor.data, whole.checkpoint[group][k]!.data)).toBeLessThan(1e-6);
        });
      }
    }
  });

  test("another seed trains on other batches", async () => {
    const [a, b] = [
      await trainNetwork(tf, task, options("a")),
      await trainNetwork(tf, task, options("b", { seed: 6 })),
    ];
    expect(maxAbsDifference(a.checkpoint.weights[0]!.data, b.checkpoint.weights[0]!.data)).toBeGreaterThan(1e-4);
  });

  test("starts from the weights that it is given", async () => {
    const { checkpoint } = await trainNetwork(tf, task, options("a"));
    const stop = new AbortController();
    stop.abort();
    const next = await trainNetwork(tf, task, options("b", { initial: checkpoint.average, signal: stop.signal }));
    expect(next.checkpoint).toMatchObject({ step: 0 });
    expect(maxAbsDifference(next.checkpoint.weights[0]!.data, checkpoint.average[0]!.data)).toBe(0);
  });

  test("leaves the file of a training alone whose minutes are over", async () => {
    await trainNetwork(tf, task, options("a"));
    const path = join(folder, "a", "checkpoint.bin");
    const before = await stat(path);
    const again = await trainNetwork(tf, task, options("a", { resume: true, ...minutes(0.5) }));
    expect(again).toMatchObject({ finished: true, checkpoint: { step: 60 } });
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
    expect((await loadCheckpoint(join(folder, "a")))?.history).toEqual(again.checkpoint.history);
  });
});

describe("by passes over the items, keeping the best weights,", () => {
  const passes: Recipe = {
    optimiser: { name: "nadam", rate: 0.05 },
    schedule: { kind: "halved", everyPasses: 2 },
    draw: "passes",
    batch: 2,
    keep: "best",
    length: { epochs: 6 },
  };
  /** The toy task with batches of two items, of which it notes which came; `scores` are those of the validations to come. */
  const noting = (turns: string[][], scores?: number[]): Task => ({
    ...task,
    batch: 2,
    drawBatch: (f, draw) => {
      turns.push(draw.turn!.map((path) => path.slice(-6, -5)));
      return task.drawBatch(f, draw);
    },
    validate: async (f, model, items) => {
      const figures = await task.validate(f, model, items);
      return scores ? { ...figures, score: scores.shift()! } : figures;
    },
  });
  const six = (more: Partial<TrainOptions> = {}) => ({
    recipe: passes,
    choices: { recipe: "paper", length: { epochs: 6 } },
    ...more,
  });

  test("each item has its turn once in each pass, in an order of its own", async () => {
    const turns: string[][] = [];
    const { checkpoint, finished } = await trainNetwork(tf, noting(turns), options("a", six()));
    expect(finished).toBe(true);
    expect(checkpoint).toMatchObject({ step: 12, place: { pass: 6, step: 0 } });
    expect(checkpoint.choices).toEqual({ recipe: "paper", length: { epochs: 6 } });
    expect(checkpoint.history.map(({ step }) => step)).toEqual([2, 4, 6, 8, 10, 12]);
    const orders = [0, 1, 2, 3, 4, 5].map((pass) => turns.slice(2 * pass, 2 * pass + 2).flat());
    for (const order of orders) expect(order.toSorted()).toEqual(["1", "2", "3"]);
    expect(new Set(orders.map(String)).size).toBeGreaterThan(1);
  });

  test("the weights of the best validation count, and not those of the last", async () => {
    const whole = await trainNetwork(tf, noting([], [1, 3, 9, 2, 8, 4]), options("whole", six()));
    const three = await trainNetwork(
      tf,
      noting([], [1, 2, 3]),
      options("three", six({ choices: { recipe: "paper", length: { epochs: 3 } } })),
    );
    const [best, last] = [whole.checkpoint.average[0]!, whole.checkpoint.weights[0]!];
    expect(maxAbsDifference(best.data, three.checkpoint.weights[0]!.data)).toBe(0);
    expect(maxAbsDifference(best.data, last.data)).toBeGreaterThan(1e-3);
    expect(maxAbsDifference(whole.model.getWeights()[0]!.dataSync(), best.data)).toBe(0);
  });

  test("weights that another program made better are what later ones are measured by", async () => {
    const epochs = (n: number) => six({ choices: { recipe: "paper", length: { epochs: n } } });
    const { checkpoint: first } = await trainNetwork(tf, noting([], [1, 5]), options("a", epochs(2)));
    const elsewhere = first.weights.map((tensor) => ({ ...tensor, data: tensor.data.map((value) => value + 1) }));
    await saveCheckpoint(join(folder, "a"), { ...first, step: 50, average: elsewhere, optimiser: [] });
    const { checkpoint } = await trainNetwork(tf, noting([], [7, 6, 3]), options("a", { ...epochs(4), resume: true }));
    expect(checkpoint.history.map(({ step, loss, figures }) => [step, loss === null, figures.score])).toEqual([
      [2, false, 1],
      [4, false, 5],
      [50, true, 7],
      [52, false, 6],
      [54, false, 3],
    ]);
    expect(maxAbsDifference(checkpoint.average[0]!.data, elsewhere[0]!.data)).toBe(0);
  });

  test("stopped in the middle of a pass and resumed, it ends as one that was not stopped", async () => {
    const all: string[][] = [];
    const whole = await trainNetwork(tf, noting(all), options("whole", six()));
    const turns: string[][] = [];
    const stop = new AbortController();
    const onStep = ({ step }: { step: number }) => step === 5 && stop.abort();
    const first = await trainNetwork(tf, noting(turns), options("stopped", six({ signal: stop.signal, onStep })));
    expect(first).toMatchObject({ finished: false, checkpoint: { place: { pass: 2, step: 1, items: 3 } } });
    const second = await trainNetwork(tf, noting(turns), options("stopped", six({ resume: true })));
    expect(turns).toEqual(all);
    for (const group of ["weights", "average", "optimiser"] as const) {
      second.checkpoint[group].forEach((tensor, k) => {
        expect(maxAbsDifference(tensor.data, whole.checkpoint[group][k]!.data)).toBeLessThan(1e-6);
      });
    }
  });
});

test("the rate of ours rises over 150 steps and falls to 0 along the training", () => {
  const share = (step: number, progress: number) => rateAt(ours.schedule, { step, progress, pass: 0 });
  expect(share(0, 0)).toBeCloseTo(1 / 150, 12);
  expect(share(149, 0)).toBe(1);
  expect(share(1000, 0.5)).toBeCloseTo(0.5, 12);
  expect(share(1000, 1)).toBeCloseTo(0, 12);
  expect(share(1000, 1.2)).toBeCloseTo(0, 12);
  const along = Array.from({ length: 50 }, (_, k) => share(1000, k / 50));
  expect(along).toEqual(along.toSorted((a, b) => b - a));
});

// Last: the backend of TensorFlow stays the one in use.
describe("the memory of a training", () => {
  const optimisers: readonly Recipe["optimiser"][] = [
    { name: "adam", rate: 0.2 },
    { name: "momentum", rate: 0.01, momentum: 0.9 },
    { name: "nadam", rate: 0.05 },
  ];
  const backends: readonly (readonly [string, () => Promise<Tf>])[] = [
    ["plain JavaScript", plainTfjs],
    ["TensorFlow", async () => loadTensorflow().tf],
  ];

  describe.each(backends)("in %s", (backend, load) => {
    test.skipIf(backend === "TensorFlow" && !hasTensorflow).each(optimisers)(
      "is the model's own when it is over, resumed and failed ones too, with $name",
      async (optimiser) => {
        const own = await load();
        const count = () => own.memory().numTensors;
        const recipe = { ...ours, optimiser };
        const train = (name: string, more: Partial<TrainOptions> = {}) =>
          trainNetwork(own, task, options(name, { recipe, ...more }));
        // What tfjs keeps for itself, such as the constants of an activation, is there after the first.
        (await train("first", minutes(0.1))).model.dispose();
        const before = count();
        const { model, finished } = await train("a", minutes(0.9));
        expect(finished).toBe(true);
        expect(count() - before).toBe(model.weights.length);
        model.dispose();
        const resumed = await train("a", { resume: true });
        expect(resumed.checkpoint.step).toBe(60);
        resumed.model.dispose();
        const failing: Task = { ...task, validate: () => Promise.reject(new Error("no room")) };
        await expect(trainNetwork(own, failing, options("b", { recipe }))).rejects.toThrow("no room");
        expect(count()).toBe(before);
      },
    );
  });
});
