import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { anyModel, modelByWeights } from "../../src/models/by-weights.js";
import { findModel, listModels, sha256 } from "../../src/models/registry.js";
import { writeModel } from "../../src/models/write-model.js";
import { sampleCard } from "./sample-card.js";

const selfTest = { seed: 1, shape: [1, 4, 4, 1], outputShape: [1, 4, 4, 1], samples: [0], tolerance: 0.1 };

async function folderOf(names: readonly string[]): Promise<string> {
  const models = mkdtempSync(join(tmpdir(), "refocusd-models-"));
  onTestFinished(() => rmSync(models, { recursive: true }));
  for (const name of names)
    await writeModel(models, { ...sampleCard(name), selfTest: selfTest as never }, Buffer.from(`weights of ${name}`));
  return models;
}

it("finds a model by its weights, under whatever name", async () => {
  const models = await folderOf(["first", "kept-1.0.0"]);
  const found = await modelByWeights(
    models,
    "reconstructor",
    sha256(Buffer.from("weights of kept-1.0.0")),
    "resunet 1.0.0",
  );
  expect(found.card.name).toBe("kept-1.0.0");
});

it("says which are there when the weights are not, or are no longer those of the card", async () => {
  const models = await folderOf(["first", "second"]);
  const sha = sha256(Buffer.from("weights of second"));
  writeFileSync(join(models, "second", "model.onnx"), "other weights");
  await expect(modelByWeights(models, "reconstructor", sha, "second 1.0.0")).rejects.toThrow(
    /RF_MODEL_REPLACED.*second 1\.0\.0 with SHA-256 .* is not in .*, which has first \d/,
  );
  await expect(modelByWeights(models, "classifier", sha, "x 1")).rejects.toThrow(/which has no classifier/);
});

it("takes any of a kind, if there is one", async () => {
  const models = await folderOf(["first"]);
  expect((await anyModel(models, "reconstructor")).card.name).toBe("first");
  await expect(anyModel(models, "classifier")).rejects.toThrow("RF_MODEL_MISSING");
});

it("looks into several folders, the first before the others", async () => {
  const [first, second] = [await folderOf(["a", "both"]), await folderOf(["b", "both"])];
  const folders = [first, second, join(second, "not-there")] as const;
  expect((await listModels(folders)).map((model) => model.ok && model.directory)).toEqual([
    join(first, "a"),
    join(second, "b"),
    join(first, "both"),
  ]);
  expect((await findModel(folders, "b")).directory).toBe(join(second, "b"));
  await expect(findModel(folders, "c")).rejects.toThrow(`RF_MODEL_MISSING`);
  const sha = sha256(Buffer.from("weights of b"));
  expect((await modelByWeights(folders, "reconstructor", sha, "b 1")).card.name).toBe("b");
});
