import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engines/engine.js";
import { openOnnxEngine } from "../../src/engines/onnx.js";
import { openTensorflowEngine } from "../../src/engines/tensorflow.js";
import { bundledModels, listModels } from "../../src/models/registry.js";
import { selfTestModel } from "../../src/models/self-test.js";
import { hasTensorflow } from "../support/tfjs.js";

const folder = bundledModels();
const models = existsSync(folder) ? await listModels(folder) : [];

describe.skipIf(models.length === 0)("the models that come with refocusd", () => {
  it.each(models)("$name: card and weights fit", (model) => {
    expect(model).toMatchObject({ ok: true });
  });

  const engines = [
    { name: "onnx", open: () => openOnnxEngine(), there: true },
    { name: "tensorflow (needs scripts/setup-tensorflow)", open: () => openTensorflowEngine(), there: hasTensorflow },
  ];
  for (const { name, open, there } of engines) {
    describe.skipIf(!there)(name, () => {
      let engine: Engine;
      beforeAll(async () => {
        engine = await open();
      });
      afterAll(() => engine.dispose());

      it.each(models.filter((m) => m.ok))("$name answers its self-test", async ({ card, directory }) => {
        const outcome = await selfTestModel(await engine.load(directory), card);
        expect(outcome.maxDifference).toBeLessThan(1e-3);
      });
    });
  }
});
