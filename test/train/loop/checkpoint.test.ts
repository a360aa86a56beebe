import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type Checkpoint,
  loadCheckpoint,
  type SavedTensor,
  saveCheckpoint,
} from "../../../src/train/loop/checkpoint.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refocusd-checkpoint-"));
});
afterEach(() => rm(folder, { recursive: true }));

const tensor = fc
  .record({ name: fc.string({ maxLength: 12 }), shape: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }) })
  .chain(({ name, shape }) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return fc
      .float32Array({ minLength: length, maxLength: length })
      .map((data): SavedTensor => ({ name, shape, data }));
  });

const sample: Checkpoint = {
  architecture: "sdcnn",
  seed: 4,
  step: 120,
  elapsedMs: 1234.5,
  history: [{ step: 120, minutes: 0.02, loss: 0.5, figures: { score: -0.1, "0-0.35": 0.9 } }],
  weights: [{ name: "a/kernel", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
  average: [{ name: "a/kernel", shape: [2, 2], data: Float32Array.of(5, 6, 7, 8) }],
  optimiser: [{ name: "iter", shape: [], data: Float32Array.of(120) }],
};

test("a checkpoint comes back as it was, whatever is in it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(tensor, { maxLength: 3 }),
      fc.array(tensor, { maxLength: 3 }),
      async (weights, optimiser) => {
        const checkpoint = { ...sample, weights, average: weights, optimiser };
        await saveCheckpoint(folder, checkpoint);
        expect(await loadCheckpoint(folder)).toEqual(checkpoint);
      },
    ),
    { numRuns: 30 },
  );
});

test("a checkpoint replaces the one before as a whole", async () => {
  await saveCheckpoint(folder, sample);
  await saveCheckpoint(folder, { ...sample, step: 240 });
  expect((await loadCheckpoint(folder))?.step).toBe(240);
  expect(await readdir(folder)).toEqual(["checkpoint.bin"]);
});

test("where there is none, there is none", async () => {
  expect(await loadCheckpoint(join(folder, "elsewhere"))).toBeUndefined();
});

test("one that was cut is an error that says where", async () => {
  await saveCheckpoint(folder, sample);
  const path = join(folder, "checkpoint.bin");
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, -3));
  await expect(loadCheckpoint(folder)).rejects.toMatchObject({ code: "RF_MODEL_INVALID" });
  await writeFile(path, "no line end");
  await expect(loadCheckpoint(folder)).rejects.toMatchObject({ code: "RF_MODEL_INVALID" });
});
