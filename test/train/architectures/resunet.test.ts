import type { Tensor } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { buildResunet, buildUnet } from "../../../src/train/architectures/resunet.js";
import type { Tf } from "../../../src/train/tfjs.js";
import { noise } from "../support/planes.js";
import { plainTfjs } from "../support/tfjs-cpu.js";

let tf: Tf;
beforeAll(async () => {
  tf = await plainTfjs();
});

const WIDTHS = [64, 128, 256, 512, 1024];
const NARROW = [2, 3, 4, 5, 6];
const conv = (side: number, from: number, to: number) => side * side * from * to + to;

/** Layers of convolutions and of what changes sizes, in the order of the way through the network. */
function sizes(model: ReturnType<typeof buildResunet>) {
  return model.layers
    .filter((layer) => !/norm|relu|crop$/.test(layer.name) && !["Add", "Affine", "Clip"].includes(layer.getClassName()))
    .map((layer) => [layer.name, ...(layer.outputShape as number[]).slice(1)]);
}

function expectedSizes(residual: boolean) {
  const block = (name: string, out: number, width: number) => [
    [`${name}_conv1`, out + 2, out + 2, width],
    [`${name}_conv2`, out, out, width],
    ...(residual ? [[`${name}_conv0`, out, out, width]] : []),
  ];
  const decoder = (level: number, from: number, width: number) => [
    [`up${level}`, from, from, width],
    [`crop${level}`, from, from, width],
    [`skip${level}`, from, from, 2 * width],
    ...block(`dec${level}`, from - 4, width),
  ];
  return [
    ["pixels", 388, 388, 1],
    ["pad", 572, 572, 1],
    ...block("enc0", 568, 64),
    ["down1", 284, 284, 64],
    ...block("enc1", 280, 128),
    ["down2", 140, 140, 128],
    ...block("enc2", 136, 256),
    ["down3", 68, 68, 256],
    ...block("enc3", 64, 512),
    ["down4", 32, 32, 512],
    ...block("enc4", 28, 1024),
    ...decoder(3, 56, 512),
    ...decoder(2, 104, 256),
    ...decoder(1, 200, 128),
    ...decoder(0, 392, 64),
    ["grey", 388, 388, 1],
  ];
}

const byName = (a: unknown[], b: unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);

describe.each([
  ["resunet", true, buildResunet],
  ["unet", false, buildUnet],
] as const)("%s", (name, residual, build) => {
  test("is the paper's, layer by layer", () => {
    const model = build(tf);
    expect(model.name).toBe(name);
    expect(sizes(model).toSorted(byName)).toEqual(expectedSizes(residual).toSorted(byName));
    expect(model.outputs[0]?.shape).toEqual([null, 388, 388, 1]);
    const cropped = [3, 2, 1, 0].map((level) => model.getLayer(`crop${level}`).getConfig().cropping);
    expect(cropped).toEqual(
      [4, 16, 40, 88].map((n) => [
        [n, n],
        [n, n],
      ]),
    );
    model.dispose();
  });

  test("has as many parameters as its widths say", () => {
    const model = build(tf);
    const block = (from: number, to: number) =>
      conv(3, from, to) + conv(3, to, to) + 2 * 2 + (residual ? conv(1, from, to) : 0);
    let expected = block(1, 64) + conv(1, 64, 1);
    for (let level = 1; level < WIDTHS.length; level++) {
      const [narrow, wide] = [WIDTHS[level - 1]!, WIDTHS[level]!];
      expected += block(narrow, wide) + conv(2, wide, narrow) + block(wide, narrow);
    }
    expect(model.countParams()).toBe(expected);
    model.dispose();
  });

  test("gives an image of the input's size in its units, within 0 to 255 grey values", () => {
    const model = build(tf, { side: 100, widths: NARROW });
    const x = tf.tensor4d(noise(100, 100, 1, 0, 30).data, [1, 100, 100, 1]);
    const y = model.predict(x) as Tensor;
    expect(y.shape).toEqual([1, 100, 100, 1]);
    const values = y.dataSync();
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-11 - 1e-4);
    expect(Math.max(...values)).toBeLessThanOrEqual(14.5 + 1e-4);
    expect(new Set(values).size).toBeGreaterThan(100);
    model.dispose();
    tf.dispose([x, y]);
  });

  test("begins within the range, with a contrast like an image's", () => {
    const model = build(tf, { side: 100, widths: [16, 8, 8, 8, 8] });
    const x = tf.tensor4d(noise(100, 100, 1).data, [1, 100, 100, 1]);
    const { mean, variance } = tf.moments(model.apply(x, { training: true }) as Tensor);
    expect(Math.abs(mean.dataSync()[0]!)).toBeLessThan(4);
    expect(variance.sqrt().dataSync()[0]!).toBeGreaterThan(0.03);
    expect(variance.sqrt().dataSync()[0]!).toBeLessThan(4);
    model.dispose();
    tf.dispose([x, mean, variance]);
  });

  test("every weight has a part in what comes out", () => {
    const model = build(tf, { side: 100, widths: NARROW });
    const x = tf.tensor4d(noise(100, 100, 2).data, [1, 100, 100, 1]);
    const target = tf.tensor4d(noise(100, 100, 3).data, [1, 100, 100, 1]);
    const { grads } = tf.variableGrads(() =>
      (model.apply(x, { training: true }) as Tensor).sub(target).square().mean(),
    );
    expect(Object.keys(grads)).toHaveLength(model.weights.length);
    for (const [name, gradient] of Object.entries(grads)) {
      const values = gradient.dataSync();
      expect(values.every(Number.isFinite), name).toBe(true);
      expect(
        values.some((value) => value !== 0),
        name,
      ).toBe(true);
    }
    model.dispose();
    tf.dispose([x, target, grads]);
  });
});

test("a side that does not come out even is refused", () => {
  expect(() => buildResunet(tf, { side: 384 })).toThrow(RangeError);
  expect(() => buildResunet(tf, { side: 84 })).toThrow(RangeError);
});
