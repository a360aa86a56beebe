import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, MODEL_FILE, type NetworkInput } from "../../src/engines/engine.js";
import { engineSelfTest } from "../../src/engines/engine-self-test.js";
import { openOnnxEngine } from "../../src/engines/onnx.js";
import { encodeOnnxModel } from "../../src/engines/onnx-file/onnx-schema.js";
import { probeModel } from "../../src/engines/onnx-file/probe-model.js";
import { openTensorflowEngine } from "../../src/engines/tensorflow.js";
import { systemClock } from "../../src/system/clock.js";
import { exportOnnx } from "../../src/train/export/export-onnx.js";
import { hasTensorflow, tfjsForTests } from "../support/tfjs.js";
import { maxDifference, testInputs } from "../train/export/random-model.js";
import { tinyModelFolder } from "./tiny-model.js";

let folder = "";
beforeAll(async () => {
  folder = await tinyModelFolder(tfjsForTests());
});
afterAll(() => rm(folder, { recursive: true }));

const engines = [
  { name: "onnx", open: () => openOnnxEngine({ threads: 1 }), there: true },
  { name: "tensorflow (needs scripts/setup-tensorflow)", open: () => openTensorflowEngine(), there: hasTensorflow },
] as const;

for (const { name, open, there } of engines) {
  describe.skipIf(!there)(`engine ${name}`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });
    afterAll(() => engine.dispose());

    it("tells its name, version and device", () => {
      expect(name).toContain(engine.name);
      expect(engine.version).toMatch(/^\d+\.\d+\.\d+/);
      expect(engine.device).toMatch(/^(cpu|gpu)$/);
    });

    it("runs batches of any size and number", async () => {
      const network = await engine.load(folder);
      const shapes: NetworkInput["shape"][] = [
        [1, 8, 8, 1],
        [3, 16, 10, 1],
        [1, 8, 8, 1],
      ];
      for (const shape of shapes) {
        const output = await network.run(testInputs(shape)[0]!);
        expect(output.shape).toEqual(shape);
        expect(output.data).toHaveLength(shape[0] * shape[1] * shape[2]);
        expect(output.data.every(Number.isFinite)).toBe(true);
      }
      await network.dispose();
    });

    it("tells the side of what a network takes, where its file fixes one", async () => {
      const open = await engine.load(folder);
      expect(open.side).toBeUndefined();
      const tf = tfjsForTests();
      const directory = await mkdtemp(join(tmpdir(), "refocusd-side-"));
      for (const [height, width, side] of [
        [24, 24, 24],
        [24, 32, undefined],
      ] as const) {
        const input = tf.input({ shape: [height, width, 1] });
        const output = tf.layers.conv2d({ filters: 1, kernelSize: 3, padding: "same" }).apply(input) as typeof input;
        const model = tf.model({ inputs: input, outputs: output });
        await writeFile(join(directory, MODEL_FILE), exportOnnx(model, { name: "x", version: "1", recipe: "none" }));
        const network = await engine.load(directory);
        expect(network.side).toBe(side);
        await network.dispose();
        model.dispose();
      }
      await open.dispose();
      await rm(directory, { recursive: true });
    });

    it("answers the same when several runs overlap", async () => {
      const network = await engine.load(folder);
      const [a, b] = testInputs([1, 32, 32, 1]) as [
        Parameters<typeof network.run>[0],
        Parameters<typeof network.run>[0],
      ];
      const alone = await network.run(a);
      const [first, , third] = await Promise.all([network.run(a), network.run(b), network.run(a)]);
      expect(first.data).toEqual(alone.data);
      expect(third.data).toEqual(alone.data);
      await network.dispose();
    });

    it("refuses values that do not fill the shape", async () => {
      const network = await engine.load(folder);
      await expect(network.run({ data: new Float32Array(63), shape: [1, 8, 8, 1] })).rejects.toMatchObject({
        code: "RF_ENGINE_FAILED",
      });
      await network.dispose();
    });

    it("says RF_ENGINE_FAILED for a number of channels that the network does not take", async () => {
      const network = await engine.load(folder);
      await expect(network.run({ data: new Float32Array(8 * 8 * 3), shape: [1, 8, 8, 3] })).rejects.toMatchObject({
        code: "RF_ENGINE_FAILED",
      });
      await network.dispose();
    });

    it("fails with a code after it was disposed of, and can be disposed of twice", async () => {
      const network = await engine.load(folder);
      await network.dispose();
      await network.dispose();
      await expect(network.run(testInputs([1, 8, 8, 1])[0]!)).rejects.toMatchObject({ code: "RF_ENGINE_FAILED" });
    });

    it("says RF_MODEL_MISSING where there is no model and RF_MODEL_INVALID for one that is damaged", async () => {
      const bad = await mkdtemp(join(tmpdir(), "refocusd-bad-"));
      await expect(engine.load(bad)).rejects.toMatchObject({ code: "RF_MODEL_MISSING" });
      for (const bytes of [Buffer.alloc(0), Buffer.from("not a model at all"), Buffer.alloc(1000, 0xff)]) {
        await writeFile(join(bad, MODEL_FILE), bytes);
        await expect(engine.load(bad)).rejects.toMatchObject({ code: "RF_MODEL_INVALID" });
      }
      await rm(bad, { recursive: true });
    });

    it("times its networks", async () => {
      const report = await engineSelfTest(
        engine,
        [{ name: "tiny", directory: folder, shape: [1, 64, 64, 1] }],
        systemClock,
      );
      expect(report).toMatchObject({ engine: engine.name, version: engine.version, device: engine.device });
      expect(report.networks).toHaveLength(1);
      expect(report.networks[0]).toMatchObject({ name: "tiny", outputShape: [1, 64, 64, 1] });
      expect(report.networks[0]!.runMs).toBeGreaterThan(0);
      expect(report.networks[0]!.loadMs).toBeGreaterThan(0);
    });
  });
}

describe("onnx", () => {
  it("reads a model through the same file whatever its folder is called", async () => {
    const odd = join(await mkdtemp(join(tmpdir(), "refocusd-odd-")), "a b ü");
    await mkdir(odd);
    await copyFile(join(folder, MODEL_FILE), join(odd, MODEL_FILE));
    const engine = await openOnnxEngine({ threads: 1 });
    await (await engine.load(odd)).dispose();
    await engine.dispose();
  });

  it("refuses a model with several outputs", async () => {
    const bad = await mkdtemp(join(tmpdir(), "refocusd-outputs-"));
    const { decodeOnnxModel } = await import("../../src/engines/onnx-file/onnx-schema.js");
    const model = decodeOnnxModel(probeModel());
    model.graph.node.push({ opType: "Neg", name: "neg", input: ["input"], output: ["second"], attribute: [] });
    model.graph.output.push({ ...model.graph.output[0]!, name: "second" });
    await writeFile(join(bad, MODEL_FILE), encodeOnnxModel(model));
    const engine = await openOnnxEngine({ threads: 1 });
    await expect(engine.load(bad)).rejects.toMatchObject({ code: "RF_MODEL_INVALID" });
    await rm(bad, { recursive: true });
  });

  it("says at once that a provider does not work here, and how to install it", async () => {
    const attempt = openOnnxEngine({ provider: "cuda" });
    // On a machine with CUDA the provider opens; elsewhere the error must tell the command.
    await attempt.then(
      (engine) => expect(engine.device).toBe("cuda"),
      (error: Error) => {
        expect(error).toMatchObject({ code: "RF_ENGINE_MISSING" });
        expect(error.message).toContain("--onnxruntime-node-install=cuda12");
      },
    );
  });
});

describe.skipIf(!hasTensorflow)("both engines (needs scripts/setup-tensorflow)", () => {
  it("compute the same from one file", async () => {
    const onnx = await openOnnxEngine({ threads: 1 });
    const tensorflow = await openTensorflowEngine();
    const [a, b] = await Promise.all([onnx.load(folder), tensorflow.load(folder)]);
    for (const batch of testInputs([2, 24, 30, 1])) {
      const [x, y] = [await a.run(batch), await b.run(batch)];
      expect(x.shape).toEqual(y.shape);
      expect(maxDifference(x.data, y.data)).toBeLessThan(1e-4);
    }
    await onnx.dispose();
    await tensorflow.dispose();
  });
});
