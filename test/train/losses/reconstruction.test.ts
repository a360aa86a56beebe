import type { Scalar, Tensor4D } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { LOSS_NAMES, RECONSTRUCTION_LOSSES } from "../../../src/train/losses/reconstruction.js";
import { ssim } from "../../../src/train/metrics/ssim.js";
import { mapPlane, type Plane } from "../../../src/train/plane.js";
import type { Tf } from "../../../src/train/tfjs.js";
import { naiveSsim } from "../support/naive-ssim.js";
import { noise } from "../support/planes.js";
import { plainTfjs } from "../support/tfjs-cpu.js";

let tf: Tf;
beforeAll(async () => {
  tf = await plainTfjs();
});

const focused = noise(17, 14, 1, 0.5, 0.2);
const restored = mapPlane(focused, (value, i) => value + 0.1 * Math.sin(i) + 0.03);
const tensor = (plane: Plane): Tensor4D => tf.tensor4d(plane.data, [1, plane.height, plane.width, 1]);
const grey = (plane: Plane) => mapPlane(plane, (value) => 255 * value);
const value = (name: (typeof LOSS_NAMES)[number], a: Plane, progress = 1) =>
  RECONSTRUCTION_LOSSES[name].value(tf, tensor(a), tensor(focused), progress).dataSync()[0]!;

/** Of grey values of 0 to 255, by the definition and without tensors. */
const l1 = 255 * (focused.data.reduce((sum, v, i) => sum + Math.abs(v - restored.data[i]!), 0) / focused.data.length);
const dissimilarity = 1 - naiveSsim(grey(restored), grey(focused), 255);

describe("what is to be small", () => {
  test("ssim is 1 − SSIM with a range of 255, by the definition and by the measure that results are told in", () => {
    expect(value("ssim", restored)).toBeCloseTo(dissimilarity, 5);
    expect(value("ssim", restored)).toBeCloseTo(1 - ssim(grey(restored), grey(focused)), 5);
    expect(value("ssim", focused)).toBeCloseTo(0, 5);
  });

  test("l1 and l1+ssim are in grey values of 0 to 255", () => {
    expect(value("l1", restored)).toBeCloseTo(l1, 3);
    expect(value("l1+ssim", restored) / (l1 + 100 * dissimilarity)).toBeCloseTo(1, 5);
  });

  test("huber+ssim is ours: SSIM joins from 10 to 25 % of the training on", () => {
    const huber =
      focused.data.reduce((sum, v, i) => sum + Math.hypot(8 * (v - restored.data[i]!), 1) - 1, 0) / focused.data.length;
    expect(value("huber+ssim", restored, 0.1)).toBeCloseTo(huber, 5);
    expect(value("huber+ssim", restored, 0.175)).toBeCloseTo(huber + dissimilarity / 2, 5);
    expect(value("huber+ssim", restored, 0.9)).toBeCloseTo(huber + dissimilarity, 5);
  });

  test.each(LOSS_NAMES)("%s has the gradient that small steps show", (name) => {
    const gradient = tf
      .grad((x) => RECONSTRUCTION_LOSSES[name].value(tf, x as Tensor4D, tensor(focused), 1) as Scalar)(tensor(restored))
      .dataSync();
    for (const at of [0, 8, 17 * 6 + 8, 17 * 9 + 3]) {
      const moved = (h: number) =>
        value(
          name,
          mapPlane(restored, (v, i) => (i === at ? v + h : v)),
        );
      const slope = (moved(0.005) - moved(-0.005)) / 0.01;
      expect(Math.abs(gradient[at]! - slope)).toBeLessThan(5e-4 + 0.02 * Math.abs(slope));
    }
  });
});
