import { beforeAll, expect, test } from "vitest";
import { buildResnet50v2 } from "../../../src/train/architectures/resnet50v2.js";
import type { Tf } from "../../../src/train/tfjs.js";
import { plainTfjs } from "../support/tfjs-cpu.js";

let tf: Tf;
beforeAll(async () => {
  tf = await plainTfjs();
});

test("resnet50v2 is He et al.'s, unit by unit", () => {
  const model = buildResnet50v2(tf);
  const shape = new Map(model.layers.map((layer) => [layer.name, layer.outputShape]));
  expect(shape.get("conv1")).toEqual([null, 67, 67, 64]);
  expect(shape.get("pool1")).toEqual([null, 34, 34, 64]);
  const sums = model.layers.filter((layer) => layer.name.endsWith("_add"));
  expect(sums.map((layer) => (layer.outputShape as number[]).slice(1))).toEqual([
    ...Array(3).fill([34, 34, 256]),
    ...Array(4).fill([17, 17, 512]),
    ...Array(6).fill([9, 9, 1024]),
    ...Array(3).fill([5, 5, 2048]),
  ]);
  expect(shape.get("average")).toEqual([null, 2048]);
  expect(shape.get("class")).toEqual([null, 2]);
  // 50 layers with weights: the first convolution, 16 units of three, the last dense one; and four shortcuts.
  const kinds = model.layers.map((layer) => layer.getClassName());
  expect(kinds.filter((kind) => kind === "Conv2D" || kind === "Pointwise")).toHaveLength(1 + 16 * 3 + 4);
  expect(kinds.filter((kind) => kind === "Dense")).toHaveLength(1);
  model.dispose();
});

test("its mappings are identities: from sum to sum nothing stands in the way where the size stays", () => {
  const model = buildResnet50v2(tf);
  const inputsOf = (name: string) =>
    model.getLayer(name).inboundNodes[0]!.inputTensors.map((tensor) => tensor.sourceLayer.name);
  expect(inputsOf("stage2u1_add")).toEqual(["stage2u1_conv0", "stage2u1_conv3"]);
  // Its first unit's input was activated behind the first convolution.
  expect(inputsOf("stage2u1_conv0")).toEqual(["pool1"]);
  expect(inputsOf("stage2u1_conv1")).toEqual(["pool1"]);
  expect(inputsOf("stage3u2_add")).toEqual(["stage3u1_add", "stage3u2_conv3"]);
  expect(inputsOf("stage3u1_conv0")).toEqual(["stage3u1_every2"]);
  expect(inputsOf("stage3u1_every2")).toEqual(["stage3u1_pre_relu"]);
  expect(inputsOf("stage3u2_conv1")).toEqual(["stage3u2_pre_relu"]);
  expect(inputsOf("average")).toEqual(["last_relu"]);
  model.dispose();
});

test("has as many parameters as its widths say", () => {
  const model = buildResnet50v2(tf);
  const norm = (channels: number) => 4 * channels;
  let expected = 49 * 3 * 64 + norm(64);
  let from = 64;
  for (const [units, width] of [
    [3, 64],
    [4, 128],
    [6, 256],
    [3, 512],
  ] as const) {
    for (let unit = 0; unit < units; unit++) {
      expected += from === 64 ? 0 : norm(from);
      expected += from * width + norm(width) + 9 * width * width + norm(width) + width * 4 * width;
      if (unit === 0) expected += from * 4 * width;
      from = 4 * width;
    }
  }
  expect(model.countParams()).toBe(expected + norm(2048) + 2048 * 2 + 2);
  model.dispose();
});
