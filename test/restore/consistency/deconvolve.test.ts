import { describe, expect, test } from "vitest";
import { deconvolutionGains, deconvolve } from "../../../src/restore/consistency/deconvolve.js";
import { sourceModel } from "../../../src/restore/consistency/source-model.js";
import { opticsOf } from "../../../src/restore/consistency/source-optics.js";
import { defocusWeakObject } from "../../../src/train/optics/weak-object.js";
import { noise, rms } from "../../train/support/planes.js";
import { correlation, OPTICS, SAMPLING, smoothNoise } from "./support.js";

const SIDE = 256;
const truth = smoothNoise(SIDE, 1);
const seen = (dof: number) => opticsOf(defocused(dof), { dof: dof + 0.1, low: dof - 0.2, high: dof + 0.4 }, SAMPLING)!;
const defocused = (dof: number) => defocusWeakObject(truth, OPTICS, dof, 0.04);

describe("what the optics alone make of a frame", () => {
  test.each([2, 3, 4])("is closer to it in focus than the frame, %f DOF units out", (dof) => {
    const source = defocused(dof);
    const made = deconvolve(source, seen(dof));
    expect(1 - correlation(made, truth.data)).toBeLessThan(0.4 * (1 - correlation(source.data, truth.data)));
  });

  test("is the frame itself where it is in focus", () => {
    const optics = opticsOf(truth, { dof: 0.05, low: 0, high: 0.2 }, SAMPLING)!;
    const made = deconvolve(truth, optics);
    expect(rms(made.map((value, i) => value - truth.data[i]!))).toBeLessThan(0.05);
  });

  test("does not make noise larger where there is nothing else", () => {
    const white = noise(SIDE, SIDE, 3).data;
    const source = defocused(3);
    const loud = { ...source, data: source.data.map((value, i) => value + 0.5 * white[i]!) };
    const amplified = (power: Float64Array) => {
      const gains = deconvolutionGains(sourceModel(power, seen(3).likely));
      return Math.max(...gains.subarray(60, 120).map(Math.abs));
    };
    const optics = opticsOf(loud, { dof: 3.1, low: 2.8, high: 3.4 }, SAMPLING)!;
    expect(amplified(optics.power)).toBeLessThan(0.5 * amplified(seen(3).power));
    expect(amplified(optics.power)).toBeLessThan(2);
  });

  test("leaves what T is not sure about", () => {
    const { power, likely } = seen(3);
    const unsure = { mean: likely.mean, variance: likely.mean.map(() => 5) };
    for (const gain of deconvolutionGains(sourceModel(power, unsure))) expect(Math.abs(gain - 1)).toBeLessThan(0.7);
  });
});
