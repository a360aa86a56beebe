import type { Tensor } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { architectureNames, buildArchitecture } from "../../../src/train/architectures/index.js";
import { buildResunetLite, RESUNET_LITE_MULTIPLE } from "../../../src/train/architectures/resunet-lite.js";
import { buildSdcnn } from "../../../src/train/architectures/sdcnn.js";
import type { Tf } from "../../../src/train/tfjs.js";
import { noise, rms } from "../support/planes.js";
import { plainTfjs } from "../support/tfjs-cpu.js";

let tf: Tf;
beforeAll(async () => {
  tf = await plainTfjs();
});

describe("SDCNN", () => {
  test("is the paper's, layer by layer", () => {
    const model = buildSdcnn(tf);
    expect(model.layers.map((layer) => [layer.name, layer.outputShape])).toEqual([
      ["pixels", [null, 134, 134, 3]],
      ["conv1a", [null, 132, 132, 64]],
      ["conv1b", [null, 130, 130, 64]],
      ["pool1", [null, 43, 43, 64]],
      ["conv2a", [null, 41, 41, 128]],
      ["conv2b", [null, 39, 39, 128]],
      ["pool2", [null, 13, 13, 128]],
      ["conv3a", [null, 11, 11, 256]],
      ["conv3b", [null, 9, 9, 256]],
      ["average", [null, 256]],
      ["dense1", [null, 512]],
      ["class", [null, 2]],
    ]);
    const conv = (from: number, to: number) => 9 * from * to + to;
    const convolutions = conv(3, 64) + conv(64, 64) + conv(64, 128) + conv(128, 128) + conv(128, 256) + conv(256, 256);
    expect(model.countParams()).toBe(convolutions + (256 * 512 + 512) + (512 * 2 + 2));
    model.dispose();
  });

  test("takes any size when trained, with the same weights", () => {
    const open = buildSdcnn(tf, null);
    expect(open.weights.map((w) => [w.originalName, w.shape])).toEqual(
      buildSdcnn(tf).weights.map((w) => [w.originalName, w.shape]),
    );
    const p = tf.tidy(() => (open.predict(tf.randomNormal([2, 50, 50, 3])) as Tensor).arraySync()) as number[][];
    for (const [focused, defocused] of p) expect(focused! + defocused!).toBeCloseTo(1, 5);
    open.dispose();
  });
});

describe("resunet-lite", () => {
  test("halves five times, doubling its width, and comes back to the input's size", () => {
    const model = buildResunetLite(tf);
    const width = new Map(model.layers.map((layer) => [layer.name, (layer.outputShape as number[]).at(-1)]));
    const widths = [0, 1, 2, 3, 4].map((level) => width.get(`enc${level}_relu2`)!);
    expect(widths).toEqual([1, 2, 4, 8, 16].map((times) => times * widths[0]!));
    expect([3, 2, 1, 0].map((level) => width.get(`dec${level}_relu2`))).toEqual(widths.slice(0, 4).toReversed());
    expect(RESUNET_LITE_MULTIPLE).toBe(2 ** 5);
    model.dispose();
  });

  test("has as many parameters as its widths say", () => {
    const model = buildResunetLite(tf);
    const widths = [16, 32, 64, 128, 256];
    const conv = (side: number, from: number, to: number) => side * side * from * to + to;
    // Convolutions under batch normalisation have no bias; it has four numbers per channel.
    const normed = (from: number, to: number) => 9 * from * to + 4 * to;
    const block = (from: number, to: number) =>
      normed(from, to) + normed(to, to) + (from === to ? 0 : conv(1, from, to));
    let expected = conv(2, 1, widths[0]!) + conv(2, widths[0]!, 1);
    widths.forEach((to, level) => {
      expected += block(to, to);
      if (level > 0)
        expected +=
          conv(2, widths[level - 1]!, to) +
          conv(2, to, widths[level - 1]!) +
          block(2 * widths[level - 1]!, widths[level - 1]!);
    });
    expect(model.countParams()).toBe(expected);
    model.dispose();
  });

  test.each([
    [32, 64],
    [64, 32],
  ])("takes %i × %i and starts close to the identity", (height, width) => {
    const model = buildResunetLite(tf);
    const x = tf.tensor4d(noise(width, height, 1).data, [1, height, width, 1]);
    const y = model.predict(x) as Tensor;
    expect(y.shape).toEqual([1, height, width, 1]);
    // Its last layer starts at random weights of s.d. 0.05: small against an image of s.d. 1, and not zero.
    const change = rms(tf.sub(y, x).dataSync());
    expect(change).toBeLessThan(0.8);
    expect(change).toBeGreaterThan(0);
    model.dispose();
    tf.dispose([x, y]);
  });
});

test("architectures go by the names that cards give", () => {
  expect(architectureNames()).toEqual([
    "sdcnn",
    "sdcnn-tiles",
    "resnet50v2",
    "resunet-lite",
    "resunet-guided",
    "resunet",
    "unet",
    "resunet-quarter",
    "unet-quarter",
  ]);
  // The others have tests of their own: 24 and 32 million weights take seconds to draw.
  for (const name of ["sdcnn", "resunet-lite", "resunet-guided"]) {
    const model = buildArchitecture(tf, name);
    expect(model.name).toBe(name);
    model.dispose();
  }
  for (const name of ["resunet-quarter", "unet-quarter"]) {
    const model = buildArchitecture(tf, name);
    const width = (layer: string) => (model.getLayer(layer).outputShape as number[]).at(-1);
    expect([0, 1, 2, 3, 4].map((level) => width(`enc${level}_conv2`))).toEqual([16, 32, 64, 128, 256]);
    expect([3, 2, 1, 0].map((level) => width(`dec${level}_conv2`))).toEqual([128, 64, 32, 16]);
    expect(model.outputs[0]?.shape).toEqual([null, 388, 388, 1]);
    model.dispose();
  }
  expect(() => buildArchitecture(tf, "alexnet")).toThrow(
    /RF_MODEL_INVALID.*known: sdcnn, sdcnn-tiles, resnet50v2, resunet-lite/,
  );
});
