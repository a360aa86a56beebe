import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LayersModel, Tensor } from "@tensorflow/tfjs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildResunetGuided, buildResunetLite } from "../../src/train/architectures/resunet-lite.js";
import { exportOnnx } from "../../src/train/export/export-onnx.js";
import { inOrderOf, readModelWeights, setModelWeights, weightsFor } from "../../src/train/weights.js";
import { tinyModel } from "../engines/tiny-model.js";
import { tfjsForTests } from "../support/tfjs.js";
import { randomiseWeights } from "./export/random-model.js";
import { maxAbsDifference } from "./support/planes.js";

const tf = tfjsForTests();
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refocusd-weights-"));
});
afterEach(() => rm(folder, { recursive: true }));

const valuesOf = (model: LayersModel) => model.getWeights().map((tensor) => Float32Array.from(tensor.dataSync()));

test("an exported model's weights come back, in whatever order they are given", async () => {
  const [from, to] = [tinyModel(tf), tinyModel(tf)];
  randomiseWeights(tf, from, 1);
  await writeFile(join(folder, "model.onnx"), exportOnnx(from, { name: "tiny", version: "1", recipe: "" }));
  setModelWeights(tf, to, (await readModelWeights(folder)).toReversed());
  const [expected, found] = [valuesOf(from), valuesOf(to)];
  for (const [k, values] of expected.entries()) expect(maxAbsDifference(values, found[k]!)).toBe(0);
  from.dispose();
  to.dispose();
});

test("weights of another architecture are refused, by name", () => {
  const model = tinyModel(tf);
  const own = model.weights.map((weight) => ({
    name: weight.originalName,
    shape: weight.shape as number[],
    data: new Float32Array((weight.shape as number[]).reduce((a, b) => a * b, 1)),
  }));
  const [first, ...others] = own;
  expect(() => inOrderOf(model, others)).toThrow(/RF_MODEL_INVALID/);
  expect(() => inOrderOf(model, [{ ...first!, shape: [1] }, ...others])).toThrow(first!.name);
  expect(() => inOrderOf(model, [{ ...first!, name: "x" }, ...others])).toThrow(first!.name);
  model.dispose();
});

test("a guided network begins as the one that is not, and as itself", async () => {
  const lite = buildResunetLite(tf);
  randomiseWeights(tf, lite, 2);
  await writeFile(join(folder, "model.onnx"), exportOnnx(lite, { name: "lite", version: "1", recipe: "" }));
  const guided = buildResunetGuided(tf);
  const build = () => buildResunetGuided(tf);
  const weights = await weightsFor(tf, { architecture: "resunet-guided", build }, folder);
  setModelWeights(tf, guided, weights);
  const [pixels, guide] = [1, 2].map((seed) => tf.randomNormal([1, 32, 64, 1], 0, 1, "float32", seed));
  const answer = (guided.predict(tf.concat([pixels!, guide!], 3)) as Tensor).dataSync() as Float32Array;
  const expected = (lite.predict(pixels!) as Tensor).dataSync() as Float32Array;
  expect(maxAbsDifference(answer, expected)).toBeLessThan(1e-5);
  await writeFile(join(folder, "model.onnx"), exportOnnx(guided, { name: "guided", version: "1", recipe: "" }));
  expect(await weightsFor(tf, { architecture: "resunet-guided", build }, folder)).toEqual(weights);
  await expect(
    weightsFor(tf, { architecture: "resunet-lite", build: () => buildResunetLite(tf) }, folder),
  ).rejects.toMatchObject({ code: "RF_MODEL_INVALID" });
  lite.dispose();
  guided.dispose();
});

test("a folder without a model says so", async () => {
  await expect(readModelWeights(folder)).rejects.toMatchObject({ code: "RF_MODEL_MISSING" });
  await writeFile(join(folder, "model.onnx"), "no onnx");
  await expect(readModelWeights(folder)).rejects.toMatchObject({ code: "RF_MODEL_INVALID" });
});
