import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, MODEL_FILE } from "../../../src/engines/engine.js";
import { openOnnxEngine } from "../../../src/engines/onnx.js";
import { bundledModels } from "../../../src/models/registry.js";
import { selfTestInput } from "../../../src/models/self-test.js";
import { type Head, hiddenOf, logitOf, readHead, writeHead } from "../../../src/train/adapt/head.js";
import { loadHeadNetwork } from "../../../src/train/adapt/head-network.js";

const shape = [3, 134, 134, 3] as const;
const input = {
  data: selfTestInput(8, shape).map((value, i) => value * (1 + Math.floor(i / (134 * 134 * 3)))),
  shape,
};
let engine: Engine;
let onnx: Buffer;
let folder: string;
beforeAll(async () => {
  engine = await openOnnxEngine({ threads: 1 });
  onnx = await readFile(join(bundledModels(), "sdcnn", MODEL_FILE));
  folder = await mkdtemp(join(tmpdir(), "refocusd-head-"));
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true });
});

test("computes what the whole network computes, and tells the features on the way", async () => {
  const seen: Float32Array[] = [];
  const network = await loadHeadNetwork(engine, onnx, readHead(onnx));
  const { data, shape: answered } = await network.watched((features) => seen.push(features)).run(input);
  const whole = await (await engine.load(join(bundledModels(), "sdcnn"))).run(input);
  expect(answered).toEqual([3, 2]);
  for (const [k, p] of whole.data.entries()) expect(data[k]).toBeCloseTo(p, 4);
  expect(new Set([...data].map((p) => p.toFixed(3))).size).toBeGreaterThan(2);
  expect(seen.map(({ length }) => length)).toEqual([256, 256, 256]);
});

test("written into the network, another head gives what is computed here", async () => {
  const old = readHead(onnx);
  const head: Head = {
    kernel: old.kernel.map((w, k) => w * (1 + (k % 7) / 50)),
    bias: old.bias.map((b, k) => b + (k % 3) / 100),
    out: old.out.map((w, k) => w * (1 + (k % 5) / 20)),
    shift: old.shift - 0.4,
  };
  await writeFile(join(folder, MODEL_FILE), writeHead(onnx, head));
  const seen: Float32Array[] = [];
  await (await loadHeadNetwork(engine, onnx, old)).watched((features) => seen.push(features)).run(input);
  const { data } = await (await engine.load(folder)).run(input);
  const logits = [0, 1, 2].map((k) => Math.log(data[2 * k + 1]! / data[2 * k]!));
  for (const [k, features] of seen.entries()) {
    expect(logits[k]).toBeCloseTo(logitOf(head, hiddenOf(head, features)), 2);
    expect(logits[k]).not.toBeCloseTo(logitOf(old, hiddenOf(old, features)), 1);
  }
});

test("the old head, written again, changes no byte of the weights", () => {
  const again = writeHead(onnx, readHead(onnx));
  expect(readHead(again)).toEqual(readHead(onnx));
});

test("refuses a network that has no such layers", async () => {
  const other = await readFile(join(bundledModels(), "resunet-lite", MODEL_FILE));
  expect(() => readHead(other)).toThrow(/RF_MODEL_INVALID.*only SDCNN/);
});
