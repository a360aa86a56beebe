import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encodeTiff } from "../../src/frames/tiff-writer.js";
import { findModel } from "../../src/models/registry.js";
import type { Clock } from "../../src/system/clock.js";
import { buildArchitecture } from "../../src/train/architectures/index.js";
import { listFields, splitByGroup } from "../../src/train/dataset/fields.js";
import { type Checkpoint, type SavedTensor, saveCheckpoint } from "../../src/train/loop/checkpoint.js";
import {
  runTraining,
  type TrainingEvent,
  type TrainingOptions,
  type TrainingWorld,
} from "../../src/train/run-training.js";
import { claimPool, poolManifest, workFolder } from "../../src/train/work-folder.js";
import { tfjsForTests } from "../support/tfjs.js";
import { noise } from "./support/planes.js";

const tf = tfjsForTests();
let data = "";
let root = "";
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "refocusd-focused-"));
  for (const k of [1, 2, 3]) {
    const pixels = Uint16Array.from(noise(320, 320, k, 3000, 200).data);
    const frame = { width: 320, height: 320, channels: 1, bitDepth: 16, data: pixels } as const;
    await writeFile(join(data, `${k}.tif`), encodeTiff(frame, { description: "", software: "" }));
  }
});
afterAll(() => rm(data, { recursive: true }));
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "refocusd-training-"));
});
afterEach(() => rm(root, { recursive: true }));

const options = (more: Partial<TrainingOptions> = {}): TrainingOptions => ({
  kind: "reconstructor",
  name: "mine",
  data,
  work: join(root, "work"),
  models: join(root, "models"),
  size: 4,
  seed: 1,
  splitSeed: 3,
  wishes: { length: { minutes: 10 } },
  resume: false,
  version: "0.3.0",
  source: "our own cells",
  licence: "CC0",
  command: "refocusd train reconstructor --data ours.",
  ...more,
});

/** A pool renderer that renders nothing, or fails with `error`. */
function world(more: { signal?: AbortSignal; error?: Error } = {}) {
  const events: TrainingEvent[] = [];
  const calls: string[] = [];
  const clock: Clock = { now: () => Date.UTC(2026, 10, 23, 23, 59), monotonic: () => 0, sleep: async () => undefined };
  const pool: TrainingWorld["pool"] = {
    start: () => void calls.push("start"),
    check: () => {
      calls.push("check");
      if (more.error) throw more.error;
    },
    stop: async () => void calls.push("stop"),
  };
  const signal = more.signal ?? new AbortController().signal;
  return {
    events,
    calls,
    world: { tf, clock, signal, pool, onEvent: (event: TrainingEvent) => void events.push(event) },
  };
}

/** A network that was never trained, as a checkpoint at minute 12. */
function checkpoint(more: Partial<Checkpoint> = {}): Checkpoint {
  const model = buildArchitecture(tf, "resunet-lite");
  const weights = model.weights.map((weight): SavedTensor => {
    const tensor = weight.read();
    return { name: weight.originalName, shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
  });
  model.dispose();
  const figures = { score: 1.7, "0-0.35 before": 0.99, "0-0.35 after": 0.98, "all before": 0.6, "all after": 0.71234 };
  const history = [{ step: 300, minutes: 12, loss: 0.25, figures }];
  return {
    architecture: "resunet-lite",
    seed: 8,
    step: 300,
    elapsedMs: 720_000,
    history,
    weights,
    average: weights,
    optimiser: [],
    ...more,
  };
}

describe("a checkpoint whose minutes are over", () => {
  test("becomes a model at once, with a card that tells how it came to be", async () => {
    await saveCheckpoint(join(root, "work", "mine"), checkpoint());
    const { world: w, calls, events } = world();
    const outcome = await runTraining(options({ resume: true, note: "The camera was cold." }), w);
    expect(outcome).toMatchObject({ kind: "finished", directory: join(root, "models", "mine") });
    expect(calls).toEqual([]);
    expect(events).toEqual([{ kind: "exporting" }]);
    const { card } = await findModel(join(root, "models"), "mine", "reconstructor");
    expect(card).toMatchObject({
      version: "0.3.0",
      seed: 8,
      architecture: { name: "resunet-lite" },
      input: { multiple: 32, channels: 1 },
      trained: { date: "2026-11-23", minutes: 12, steps: 300 },
    });
    expect(card.data[0]).toMatchObject({ source: "our own cells", licence: "CC0", fields: 2, validationFields: 1 });
    expect(card.recipe).toContain("refocusd train reconstructor --data ours.");
    expect(card.recipe).toMatch(/random weights\. The camera was cold\.$/);
    expect(card.figures[0]?.rows).toEqual([
      ["0-0.35", 0.99, 0.98],
      ["all", 0.6, 0.7123],
    ]);
    expect(card.figures[1]?.rows).toEqual([[300, 12, 0.25, 0.7123]]);
  });
});

describe("a training that goes on", () => {
  const paper = {
    choices: { recipe: "paper", loss: "l1+ssim", length: { epochs: 3 } },
    place: { pass: 3, step: 0, items: 0 },
  };

  test("keeps its recipe, loss and length; the card tells them, and the figures of the best validation", async () => {
    const [first] = checkpoint().history;
    const history = [
      { ...first!, step: 100 },
      { ...first!, step: 200, figures: { ...first!.figures, score: 1.8, "all after": 0.75 } },
      first!,
    ];
    await saveCheckpoint(join(root, "work", "mine"), checkpoint({ ...paper, history }));
    const outcome = await runTraining(options({ resume: true, wishes: {} }), world().world);
    expect(outcome).toMatchObject({ kind: "finished" });
    const { card } = await findModel(join(root, "models"), "mine", "reconstructor");
    expect(card.trained).toMatchObject({ recipe: "paper", loss: "l1+ssim", epochs: 3 });
    expect(card.recipe).toContain("0 to 255 + 100 · (1 − SSIM)");
    expect(card.recipe).toContain("Nadam (Dozat 2016), rate 0.001; batches of 2; each epoch one pass over the items;");
    expect(card.figures[0]?.rows).toContainEqual(["all", 0.6, 0.75]);
  });

  test.each([
    [{ recipe: "ours" }, /has the recipe paper, not ours/],
    [{ loss: "ssim" }, /has the loss l1\+ssim, not ssim/],
    [{ architecture: "unet" }, /holds a resunet-lite, not a unet/],
  ])("is not taken for one with %o", async (wishes, words) => {
    await saveCheckpoint(join(root, "work", "mine"), checkpoint(paper));
    await expect(runTraining(options({ resume: true, wishes }), world().world)).rejects.toMatchObject({
      code: "RF_USAGE",
      detail: expect.stringMatching(words),
    });
  });
});

describe("runTraining refuses, before anything is rendered,", () => {
  test.each([
    ["a folder without fields", { data: "/nowhere/at/all" }, "RF_TRAINING_DATA", /there is no folder \/nowhere/],
    ["to resume where there is nothing", { resume: true }, "RF_USAGE", /no training to resume/],
    [
      "a loss that there is not",
      { wishes: { loss: "l2" } },
      "RF_USAGE",
      /no loss l2 for a reconstructor; known: huber/,
    ],
    [
      "to fine-tune what was never trained",
      { kind: "classifier", wishes: { recipe: "paper-finetune" } },
      "RF_USAGE",
      /give --from/,
    ],
    ["to start from a model that is not there", { from: "/nowhere/sdcnn" }, "RF_MODEL_MISSING", /sdcnn/],
  ] as const)("%s", async (_, more, code, words) => {
    const { world: w, calls } = world();
    await expect(runTraining(options(more), w)).rejects.toMatchObject({ code, detail: expect.stringMatching(words) });
    expect(calls).toEqual([]);
  });

  test("to overwrite a training, or to take it for another network's", async () => {
    await saveCheckpoint(join(root, "work", "mine"), checkpoint());
    const { world: w } = world();
    await expect(runTraining(options(), w)).rejects.toMatchObject({
      code: "RF_USAGE",
      detail: expect.stringMatching(/at step 300: go on with --resume/),
    });
    await expect(runTraining(options({ kind: "classifier", resume: true }), w)).rejects.toMatchObject({
      code: "RF_USAGE",
      detail: expect.stringMatching(/holds a resunet-lite, not a sdcnn/),
    });
  });

  test("a pool that was made by another split", async () => {
    await mkdir(join(root, "work"));
    const other = splitByGroup(await listFields(data), 4);
    await claimPool(workFolder(join(root, "work"), "mine"), { ...poolManifest(other, 1), validation: ["other.tif"] });
    const { world: w, calls } = world();
    await expect(runTraining(options(), w)).rejects.toMatchObject({
      code: "RF_TRAINING_DATA",
      detail: expect.stringMatching(/by another split/),
    });
    expect(calls).toEqual([]);
  });

  test("a pool that was made for a training that is not compared, and the other way round", async () => {
    await mkdir(join(root, "work"));
    const split = splitByGroup(await listFields(data), 3);
    const folder = workFolder(join(root, "work"), "mine");
    const other = { code: "RF_TRAINING_DATA", detail: expect.stringMatching(/give another --work folder/) };
    await claimPool(folder, poolManifest(split, 1));
    await expect(claimPool(folder, poolManifest(split, 1, true))).rejects.toMatchObject(other);
    await rm(folder.manifest);
    await claimPool(folder, poolManifest(split, 1, true));
    await expect(claimPool(folder, poolManifest(split, 1))).rejects.toMatchObject(other);
    await expect(claimPool(folder, poolManifest(split, 1, true))).resolves.toBeUndefined();
  });

  test("fields of which one cannot be read", async () => {
    const broken = join(root, "broken");
    await cp(data, broken, { recursive: true });
    await writeFile(join(broken, "2.tif"), "II*");
    await expect(runTraining(options({ data: broken }), world().world)).rejects.toMatchObject({
      code: "RF_TRAINING_DATA",
      detail: expect.stringMatching(/2\.tif/),
    });
  });
});

describe("while the pool is rendered", () => {
  test("a renderer that fails ends the training with its reason", async () => {
    const { world: w, calls } = world({ error: new Error("no more disk") });
    await expect(runTraining(options(), w)).rejects.toThrow("no more disk");
    expect(calls).toEqual(["start", "check", "stop"]);
  });

  test("a whole pool is waited for where trainings are compared, though the first items are there", async () => {
    const folder = workFolder(join(root, "work"), "mine");
    const names = (n: number) => Array.from({ length: n }, (_, k) => `${k}.item`);
    for (const [where, n] of [[folder.train, 100] as const, [folder.validation, 8] as const]) {
      await mkdir(where, { recursive: true });
      for (const name of names(n)) await writeFile(join(where, name), "");
    }
    const { world: w, calls, events } = world({ error: new Error("no more disk") });
    await expect(runTraining(options({ size: 200, compared: true }), w)).rejects.toThrow("no more disk");
    expect(calls).toEqual(["start", "check", "stop"]);
    expect(events.at(-1)).toEqual({ kind: "pool", items: 108, needed: 240 });
  });

  test("a signal ends it, without a checkpoint", async () => {
    const { world: w, calls, events } = world({ signal: AbortSignal.abort() });
    expect(await runTraining(options(), w)).toEqual({ kind: "interrupted", minutes: undefined });
    expect(calls).toEqual(["start", "stop"]);
    expect(events.filter((event) => event.kind === "reading")).toHaveLength(3);
  });
});

describe("claimPool", () => {
  const manifest = { seed: 1, train: ["a.tif"], validation: ["b.tif"] };

  test("notes what the pool is made of, and lets the same come back", async () => {
    const folder = workFolder(root, "x");
    await claimPool(folder, manifest);
    await claimPool(folder, manifest);
    expect(JSON.parse(await readFile(folder.manifest, "utf8"))).toEqual(manifest);
  });

  test.each([{ seed: 2 }, { train: ["b.tif"], validation: ["a.tif"] }, { train: ["a.tif", "c.tif"] }])(
    "refuses %o",
    async (more) => {
      const folder = workFolder(root, "x");
      await claimPool(folder, manifest);
      await expect(claimPool(folder, { ...manifest, ...more })).rejects.toMatchObject({ code: "RF_TRAINING_DATA" });
    },
  );
});
