import type { Scalar, Tensor, Tensor4D } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { ownLayers } from "../../../src/engines/tfjs-layers.js";
import { mirrored } from "../../../src/restore/patch-grid.js";
import type { Tf } from "../../../src/train/tfjs.js";
import { noise } from "../../train/support/planes.js";
import { plainTfjs } from "../../train/support/tfjs-cpu.js";

let tf: Tf;
beforeAll(async () => {
  tf = await plainTfjs();
});

/** [2, 4, 5, 3] */
const images = (seed: number) => Float32Array.from(noise(30, 4, seed, 3, 2).data);
const tensor = (data: Float32Array): Tensor4D => tf.tensor4d(data, [2, 4, 5, 3]);

test("symmetric padding is the mirror that frames go on in beyond their edges", () => {
  const layer = ownLayers(tf).symmetricPad({ pad: 3 });
  const x = tensor(images(1)).arraySync();
  const y = (layer.apply(tensor(images(1))) as Tensor4D).arraySync();
  expect(layer.computeOutputShape([null, null, 5, 3] as never)).toEqual([null, null, 11, 3]);
  for (let row = 0; row < 10; row++) {
    for (let column = 0; column < 11; column++) {
      expect(y[1]![row]![column]).toEqual(x[1]![mirrored(row - 3, 4)]![mirrored(column - 3, 5)]);
    }
  }
});

describe("instance normalisation over the whole tensor", () => {
  const build = () => {
    const layer = ownLayers(tf).scalarInstanceNorm({ epsilon: 0.25 });
    layer.build([null, 4, 5, 3] as never);
    layer.setWeights([tf.tensor1d([1.5]), tf.tensor1d([-0.5])]);
    return layer;
  };

  test("takes each example by its own mean and s.d., epsilon added to the s.d.", () => {
    const x = images(2);
    const y = (build().apply(tensor(x)) as Tensor).dataSync();
    for (const from of [0, 60]) {
      const own = [...x.subarray(from, from + 60)];
      const mean = own.reduce((a, b) => a + b) / 60;
      const sd = Math.sqrt(own.reduce((a, b) => a + (b - mean) ** 2, 0) / 60);
      for (const [i, value] of own.entries())
        expect(y[from + i]).toBeCloseTo((1.5 * (value - mean)) / (sd + 0.25) - 0.5, 4);
    }
  });

  test("has the gradient that small steps show, for pixels, scale and shift", () => {
    const weights = tf.tensor4d(noise(30, 4, 5).data, [2, 4, 5, 3]);
    const value = (x: Float32Array, gamma = 1.5, beta = -0.5) => {
      const layer = build();
      layer.setWeights([tf.tensor1d([gamma]), tf.tensor1d([beta])]);
      return ((layer.apply(tensor(x)) as Tensor).square().mul(weights).sum() as Scalar).dataSync()[0]!;
    };
    const x = images(3);
    const layer = build();
    const f = (t: Tensor) => (layer.apply(t) as Tensor).square().mul(weights).sum() as Scalar;
    const byPixel = tf.grad(f)(tensor(x)).dataSync();
    for (const at of [0, 17, 59, 60, 101]) {
      const moved = (h: number) => value(x.map((v, i) => (i === at ? v + h : v)));
      expect(byPixel[at]).toBeCloseTo((moved(0.02) - moved(-0.02)) / 0.04, 2);
    }
    const { grads } = tf.variableGrads(() => f(tensor(x)));
    const [gamma, beta] = Object.values(grads).map((gradient) => gradient.dataSync()[0]!);
    expect(gamma).toBeCloseTo((value(x, 1.51) - value(x, 1.49)) / 0.02, 1);
    expect(beta).toBeCloseTo((value(x, 1.5, -0.49) - value(x, 1.5, -0.51)) / 0.02, 1);
  });

  test("a flat image has a gradient that is a number", () => {
    const layer = build();
    const gradient = tf
      .grad((x) => (layer.apply(x) as Tensor).sum() as Scalar)(tf.ones([1, 4, 5, 3]))
      .dataSync();
    expect(gradient.every((value) => value === 0)).toBe(true);
  });
});

test("clipping cuts off, but lets gradients through while training", () => {
  const layer = ownLayers(tf).clip({ low: 0, high: 1 });
  const x = tf.tensor4d([-2, 0.5, 3], [1, 1, 3, 1]);
  expect([...(layer.apply(x) as Tensor).dataSync()]).toEqual([0, 0.5, 1]);
  const gradient = (training: boolean) => [
    ...tf
      .grad((t) => (layer.apply(t, { training }) as Tensor).sum() as Scalar)(x)
      .dataSync(),
  ];
  expect(gradient(true)).toEqual([1, 1, 1]);
  expect(gradient(false)).toEqual([0, 1, 0]);
});
