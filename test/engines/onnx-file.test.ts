import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MODEL_FILE } from "../../src/engines/engine.js";
import { layersModelFromOnnx } from "../../src/engines/onnx-file/layers-model.js";
import { decodeOnnxModel, encodeOnnxModel, onnxMetadata } from "../../src/engines/onnx-file/onnx-schema.js";
import { KERNEL_FROM_ONNX, KERNEL_TO_ONNX, permute, permuteShape } from "../../src/engines/onnx-file/permute.js";
import { probeModel } from "../../src/engines/onnx-file/probe-model.js";
import { readWeights } from "../../src/engines/onnx-file/read-weights.js";
import { tfjsForTests } from "../support/tfjs.js";
import { tinyModel, tinyModelFolder } from "./tiny-model.js";

const tf = tfjsForTests();
let folder = "";
let bytes: Buffer;
beforeAll(async () => {
  folder = await tinyModelFolder(tf);
  bytes = await readFile(join(folder, MODEL_FILE));
});
afterAll(() => rm(folder, { recursive: true }));

describe("permute", () => {
  it("moves [height, width, in, out] to [out, in, height, width]", () => {
    const [h, w, i, o] = [2, 3, 4, 5] as const;
    const values = Float32Array.from({ length: h * w * i * o }, (_, k) => k);
    const moved = permute(values, [h, w, i, o], KERNEL_TO_ONNX);
    // Element [row 1, column 2, in 3, out 4] of tfjs is element [4, 3, 1, 2] of ONNX.
    expect(moved[((4 * i + 3) * h + 1) * w + 2]).toBe(values[((1 * w + 2) * i + 3) * o + 4]);
    expect(permuteShape([h, w, i, o], KERNEL_TO_ONNX)).toEqual([o, i, h, w]);
  });

  it("comes back bit for bit", () => {
    const side = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(fc.tuple(side, side, side, side), fc.integer(), (shape, seed) => {
        const count = shape.reduce((a, b) => a * b, 1);
        const values = Float32Array.from({ length: count }, (_, k) => Math.sin(k * 91 + seed));
        const there = permute(values, shape, KERNEL_TO_ONNX);
        expect(permute(there, permuteShape(shape, KERNEL_TO_ONNX), KERNEL_FROM_ONNX)).toEqual(values);
      }),
    );
  });
});

describe("the ONNX file", () => {
  it("survives decoding and encoding", () => {
    const model = decodeOnnxModel(bytes);
    expect(decodeOnnxModel(encodeOnnxModel(model))).toEqual(model);
  });

  it("tells its name, version and recipe", () => {
    const model = decodeOnnxModel(bytes);
    expect(model.docString).toBe("tiny 1.0. none");
    expect(onnxMetadata(model, "name")).toBe("tiny");
    expect(onnxMetadata(model, "version")).toBe("1.0");
    expect(onnxMetadata(model, "recipe")).toBe("none");
    expect(onnxMetadata(model, "nothing")).toBeUndefined();
    expect(model.opsetImport).toEqual([{ domain: "", version: 17 }]);
  });

  it("holds every tfjs weight once, under its name, bit for bit", () => {
    const model = tinyModel(tf);
    const stored = new Map(readWeights(decodeOnnxModel(bytes)).map((w) => [w.name, w]));
    const weights = model.weights;
    expect(new Set(stored.keys())).toEqual(new Set(weights.map((w) => w.originalName)));
    for (const weight of weights) {
      const found = stored.get(weight.originalName)!;
      expect(found.shape).toEqual(weight.shape);
      expect(found.values).toEqual(weight.read().dataSync());
    }
    model.dispose();
  });

  it("becomes the same tfjs model again", async () => {
    const [original, restored] = [tinyModel(tf), await layersModelFromOnnx(tf, bytes)];
    expect(restored.layers.map((l) => l.name)).toEqual(original.layers.map((l) => l.name));
    const input = tf.randomNormal([1, 12, 12, 1], 0, 1, "float32", 3);
    const [a, b] = [original.predict(input), restored.predict(input)] as [typeof input, typeof input];
    expect(b.dataSync()).toEqual(a.dataSync());
    tf.dispose([input, a, b]);
    original.dispose();
    restored.dispose();
  });

  it("can be trained further", async () => {
    const model = await layersModelFromOnnx(tf, bytes);
    model.compile({ optimizer: tf.train.sgd(0.01), loss: "meanSquaredError" });
    const [x, y] = [tf.randomNormal([2, 8, 8, 1], 0, 1, "float32", 1), tf.zeros([2, 8, 8, 1])];
    const first = Number(await model.trainOnBatch(x, y));
    for (let i = 0; i < 5; i++) await model.trainOnBatch(x, y);
    expect(Number(await model.trainOnBatch(x, y))).toBeLessThan(first);
    tf.dispose([x, y]);
    model.dispose();
  });

  it("is refused when it was not exported by us, lacks a weight, or is no model", async () => {
    const invalid = { code: "RF_MODEL_INVALID" };
    await expect(layersModelFromOnnx(tf, probeModel())).rejects.toMatchObject(invalid);
    await expect(layersModelFromOnnx(tf, Buffer.from("nonsense"))).rejects.toMatchObject(invalid);
    const model = decodeOnnxModel(bytes);
    model.graph.initializer = model.graph.initializer.filter((t) => t.name !== "last/kernel");
    await expect(layersModelFromOnnx(tf, encodeOnnxModel(model))).rejects.toMatchObject(invalid);
    const short = decodeOnnxModel(bytes);
    const kernel = short.graph.initializer.find((t) => t.name === "last/kernel")!;
    kernel.rawData = kernel.rawData!.slice(4);
    await expect(layersModelFromOnnx(tf, encodeOnnxModel(short))).rejects.toMatchObject(invalid);
  });
});
