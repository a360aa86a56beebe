import { describe, expect, test } from "vitest";
import type { Distance } from "../../../src/optics/distance.js";
import { holdToSource } from "../../../src/restore/consistency/hold-to-source.js";
import { opticsOf } from "../../../src/restore/consistency/source-optics.js";
import { defocusWeakObject } from "../../../src/train/optics/weak-object.js";
import { cropPlane, type Plane } from "../../../src/train/plane.js";
import { maxAbsDifference, noise, rms } from "../../train/support/planes.js";
import { correlation, OPTICS, SAMPLING, smoothNoise } from "./support.js";

const SIDE = 256;
const truth = smoothNoise(SIDE, 1);
const defocused = (dof: number) => defocusWeakObject(truth, OPTICS, dof, 0.04);
const distanceOf = (dof: number) => ({ dof: dof + 0.1, low: dof - 0.2, high: dof + 0.4 });
const silent = new Float32Array(SIDE * SIDE);
const error = (data: Float32Array, { data: right }: Plane = truth) => rms(data.map((value, i) => value - right[i]!));

function held(source: Plane, restored: Float32Array, distance: Distance, sampling?: number) {
  const optics = opticsOf(source, distance, sampling);
  if (optics === undefined) throw new Error("nothing is known of the optics");
  return holdToSource(source, restored, optics);
}

const hold = (source: Plane, restored: Float32Array, dof: number, sampling?: number) =>
  held(source, restored, distanceOf(dof), sampling);

describe("a reconstruction that is held to its source", () => {
  test.each([
    ["2.5 DOF units out of focus", 2.5],
    ["2.5 the other way", -2.5],
    ["4 out of focus", 4],
  ])("is far closer to the truth than a source that is %s, though the network knows nothing", (_name, dof) => {
    const source = defocused(dof);
    for (const sampling of [SAMPLING, undefined]) {
      for (const restored of [silent, source.data]) {
        const { data } = hold(source, restored, Math.abs(dof), sampling);
        expect(error(data)).toBeLessThan(0.6 * error(source.data));
        expect(1 - correlation(data, truth.data)).toBeLessThan(0.4 * (1 - correlation(source.data, truth.data)));
      }
    }
  });

  test("is closer to the truth than what a network makes of it that is wrong in part", () => {
    const source = defocused(2.5);
    const other = smoothNoise(SIDE, 77).data;
    const restored = truth.data.map((value, i) => 0.7 * value + 0.5 * other[i]!);
    const { data } = hold(source, restored, 2.5, SAMPLING);
    expect(error(data)).toBeLessThan(0.6 * error(restored));
    expect(error(data)).toBeLessThan(0.6 * error(source.data));
  });

  test("stays as it is where the network is right", () => {
    const { data, heldBy } = hold(defocused(2.5), truth.data, 2.5, SAMPLING);
    expect(error(data)).toBeLessThan(0.1);
    expect(heldBy.unexplained).toBeLessThan(0.15);
  });

  test("is nearly the source itself of a frame in focus, whatever the network makes of it", () => {
    const inFocus = { dof: 0.05, low: 0, high: 0.2 };
    for (const restored of [silent, noise(SIDE, SIDE, 9).data, truth.data.map((value) => -value)]) {
      const { data } = held(truth, restored, inFocus, SAMPLING);
      expect(error(data)).toBeLessThan(0.05);
    }
  });

  test("says by which optics, and how little of the source the network explained", () => {
    const { heldBy } = hold(defocused(2.5), silent, 2.5, SAMPLING);
    expect(Math.abs(heldBy.dof - 2.5)).toBeLessThan(0.2 + 1e-9);
    expect(Math.abs(heldBy.annulusRadius - OPTICS.annulusRadius)).toBeLessThan(0.1);
    expect(heldBy.sampling).toBe(SAMPLING);
    expect(heldBy.unexplained).toBeCloseTo(1, 4);
    expect(heldBy.filter[0]).toBeCloseTo(1, 9);
    expect(Math.min(...heldBy.filter)).toBeLessThan(-0.3);
    const inverted = hold(
      defocused(2.5),
      truth.data.map((value) => -value),
      2.5,
      SAMPLING,
    );
    expect(inverted.heldBy.unexplained).toBeGreaterThan(2);
  });

  test("finds out what nobody knows: sampling and distance", () => {
    const { heldBy } = held(defocused(2.5), silent, { dof: 2.9, low: 2.2, high: 3.4 });
    expect(heldBy.sampling).toBe(SAMPLING);
    expect(Math.abs(heldBy.dof - 2.5)).toBeLessThan(0.2 + 1e-9);
  });

  test("does not hang on the contrast of both", () => {
    const source = defocused(2.5);
    const { data } = hold(source, truth.data, 2.5, SAMPLING);
    const times = (factor: number, plane: Float32Array) => plane.map((value) => factor * value);
    const other = hold({ ...source, data: times(8, source.data) }, times(8, truth.data), 2.5, SAMPLING);
    expect(maxAbsDifference(times(1 / 8, other.data), data)).toBeLessThan(1e-3);
  });

  test("is the same each time", () => {
    const source = defocused(2.5);
    const restored = noise(SIDE, SIDE, 9).data;
    const first = hold(source, restored, 2.5);
    hold(defocused(1), silent, 1, 0.41);
    expect(hold(source, restored, 2.5)).toEqual(first);
  });

  test("may be of any size from 256 px on, and keeps it", () => {
    const large = smoothNoise(512, 3);
    const source = defocusWeakObject(large, OPTICS, 2.5, 0.04);
    const cut = [100, 50, 300, 411] as const;
    const { data } = hold(cropPlane(source, ...cut), new Float32Array(300 * 411), 2.5, SAMPLING);
    const right = cropPlane(large, ...cut);
    expect(data).toHaveLength(300 * 411);
    expect(error(data, right)).toBeLessThan(0.6 * error(cropPlane(source, ...cut).data, right));
  });
});

describe("nothing is known of the optics", () => {
  test.each([
    [255, 400],
    [400, 255],
    [64, 64],
    [1, 1],
  ])("of planes of %i × %i px", (width, height) => {
    expect(opticsOf(noise(width, height, 1), distanceOf(1), SAMPLING)).toBeUndefined();
  });

  test("of planes that show nothing", () => {
    for (const value of [0, 0.3]) {
      const flat = { width: SIDE, height: SIDE, data: new Float32Array(SIDE * SIDE).fill(value) };
      expect(opticsOf(flat, distanceOf(1), SAMPLING)).toBeUndefined();
    }
  });
});
