import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openOnnxEngine } from "../../../src/engines/onnx.js";
import { openTensorflowEngine } from "../../../src/engines/tensorflow.js";
import { findModel } from "../../../src/models/registry.js";
import { assertSelfTest } from "../../../src/models/self-test.js";
import { exportOnnx } from "../../../src/train/export/export-onnx.js";
import { saveModel } from "../../../src/train/export/save-model.js";
import { tinyModel } from "../../engines/tiny-model.js";
import { sampleCard } from "../../models/sample-card.js";
import { hasTensorflow, tfjsForTests } from "../../support/tfjs.js";
import { modelOf } from "./random-model.js";

const tf = tfjsForTests();
const shape = [1, 32, 32, 1] as const;
let models = "";
beforeEach(async () => {
  models = await mkdtemp(join(tmpdir(), "refocusd-save-"));
});
afterEach(() => rm(models, { recursive: true }));

describe("saveModel", () => {
  it("writes a model that the registry finds and that passes its self-test", async () => {
    const model = tinyModel(tf);
    const saved = await saveModel(tf, model, models, sampleCard(), shape);
    expect(saved.maxDifference).toBeLessThan(1e-4);
    const found = await findModel(models, "tiny", "reconstructor");
    expect(found.directory).toBe(saved.directory);
    const engine = await openOnnxEngine({ threads: 1 });
    expect(await assertSelfTest(await engine.load(found.directory), found.card)).toMatchObject({
      ok: true,
      maxDifference: 0,
    });
    await engine.dispose();
    model.dispose();
  });

  it.skipIf(!hasTensorflow)("… in the tensorflow engine too (needs scripts/setup-tensorflow)", async () => {
    const model = tinyModel(tf);
    const { directory } = await saveModel(tf, model, models, sampleCard(), shape);
    const engine = await openTensorflowEngine();
    const { card } = await findModel(models, "tiny");
    expect((await assertSelfTest(await engine.load(directory), card)).maxDifference).toBeLessThan(1e-4);
    await engine.dispose();
    model.dispose();
  });

  it("writes nothing when a card is not valid", async () => {
    const model = tinyModel(tf);
    await expect(saveModel(tf, model, models, { ...sampleCard(), version: "" }, shape)).rejects.toMatchObject({
      code: "RF_MODEL_INVALID",
    });
    expect(await readdir(models)).toEqual([]);
    model.dispose();
  });
});

describe("exportOnnx refuses, naming the layer,", () => {
  it.each([
    { what: "a layer it does not know", layer: () => tf.layers.upSampling2d({ name: "culprit" }) },
    {
      what: "an activation it does not know",
      layer: () => tf.layers.activation({ name: "culprit", activation: "swish" }),
    },
    {
      what: "images with channels first",
      layer: () => tf.layers.maxPooling2d({ name: "culprit", poolSize: 2, dataFormat: "channelsFirst" }),
    },
    {
      what: "a normalised axis other than channels",
      layer: () => tf.layers.batchNormalization({ name: "culprit", axis: 1 }),
    },
  ])("$what", ({ layer }) => {
    const model = modelOf(tf, [8, 8, 4], (x) => layer().apply(x) as typeof x);
    expect(() => exportOnnx(model, { name: "x", version: "1", recipe: "" })).toThrow(/RF_MODEL_INVALID/);
    model.dispose();
  });

  it("a layer used twice", () => {
    const model = modelOf(tf, [8, 8, 4], (x) => {
      const layer = tf.layers.conv2d({ name: "culprit", filters: 4, kernelSize: 1 });
      return layer.apply(layer.apply(x)) as typeof x;
    });
    expect(() => exportOnnx(model, { name: "x", version: "1", recipe: "" })).toThrow(/culprit/);
    model.dispose();
  });
});
