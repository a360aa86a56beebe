import type { Scalar, Tensor4D } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { gaussianWindow, ssimTensor } from "../../../src/train/losses/ssim.js";
import { mapPlane, type Plane } from "../../../src/train/plane.js";
import type { Tf } from "../../../src/train/tfjs.js";
import { naiveSsim } from "../support/naive-ssim.js";
import { noise } from "../support/planes.js";
import { plainTfjs } from "../support/tfjs-cpu.js";

let tf: Tf;
beforeAll(async () => {
  tf = await plainTfjs();
});

const tensor = (...planes: Plane[]): Tensor4D => {
  const [{ width, height }] = planes as [Plane];
  return tf.tensor4d(
    planes.flatMap((plane) => [...plane.data]),
    [planes.length, height, width, 1],
  );
};

test("the window is a Gaussian of σ 1.5 with sum 1", () => {
  const window = gaussianWindow();
  expect(window).toHaveLength(11);
  expect(window.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  expect(window[5]! / window[3]!).toBeCloseTo(Math.exp(4 / 4.5), 5);
});

describe("SSIM as a loss", () => {
  const a = noise(19, 14, 1, 0.5, 0.2);
  const near = mapPlane(a, (value, i) => value + 0.1 * Math.sin(i));
  const other = noise(19, 14, 2, 0.4, 0.2);

  test("of each image of a batch is what the definition gives", () => {
    const values = ssimTensor(tf, tensor(a, a, a), tensor(a, near, other)).arraySync() as number[];
    expect(values[0]).toBeCloseTo(1, 5);
    expect(values[1]).toBeCloseTo(naiveSsim(a, near, 1), 4);
    expect(values[2]).toBeCloseTo(naiveSsim(a, other, 1), 4);
    expect(values[1]).toBeGreaterThan(values[2]!);
  });

  test("has the gradient that small steps show", () => {
    const target = tensor(near);
    const value = (plane: Plane) => (ssimTensor(tf, tensor(plane), target).mean() as Scalar).dataSync()[0]!;
    const gradient = tf
      .grad((x) => ssimTensor(tf, x as Tensor4D, target).mean())(tensor(other))
      .dataSync();
    // A corner, an edge, and places in the middle.
    for (const at of [0, 9, 19 * 6 + 8, 19 * 7 + 11]) {
      const step = (h: number) => value(mapPlane(other, (v, i) => (i === at ? v + h : v)));
      const slope = (step(0.01) - step(-0.01)) / 0.02;
      expect(Math.abs(gradient[at]! - slope)).toBeLessThan(2e-4 + 0.02 * Math.abs(slope));
    }
    expect(gradient.some((g) => Math.abs(g) > 1e-3)).toBe(true);
  });
});
