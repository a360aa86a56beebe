import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MODEL_FILE } from "../../../src/engines/engine.js";
import { openOnnxEngine } from "../../../src/engines/onnx.js";
import { bundledModels } from "../../../src/models/registry.js";
import { selfTestInput } from "../../../src/models/self-test.js";
import { moveLine } from "../../../src/train/adapt/move-line.js";

test("scales and shifts the logit of the classifier, and nothing else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "refocusd-line-"));
  const engine = await openOnnxEngine({ threads: 1 });
  try {
    const onnx = await readFile(join(bundledModels(), "sdcnn", MODEL_FILE));
    await writeFile(join(folder, MODEL_FILE), moveLine(onnx, { scale: 0.5, shift: 1.25 }));
    const shape = [3, 134, 134, 3] as const;
    const input = {
      data: selfTestInput(8, shape).map((value, i) => value * (1 + Math.floor(i / (134 * 134 * 3)))),
      shape,
    };
    const logits = async (directory: string) => {
      const { data } = await (await engine.load(directory)).run(input);
      return [0, 1, 2].map((k) => Math.log(data[2 * k + 1]! / data[2 * k]!));
    };
    const [before, after] = [await logits(join(bundledModels(), "sdcnn")), await logits(folder)];
    for (const [k, logit] of before.entries()) expect(after[k]).toBeCloseTo(0.5 * logit + 1.25, 3);
    expect(new Set(before.map((logit) => logit.toFixed(2))).size).toBeGreaterThan(1);
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true });
  }
});

test("refuses a network that has no such layer", async () => {
  const onnx = await readFile(join(bundledModels(), "resunet-lite", MODEL_FILE));
  expect(() => moveLine(onnx, { scale: 1, shift: 0 })).toThrow(/RF_MODEL_INVALID.*only SDCNN/);
});
