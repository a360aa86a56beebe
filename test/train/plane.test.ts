import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cropMirrored, fade } from "../../src/train/edges.js";
import { createPlane, cropPlane, dihedral, mapPlane, meanAndSd, type Plane, quantile } from "../../src/train/plane.js";
import { noise } from "./support/planes.js";

/** Each value tells its place. */
function numbered(width: number, height: number): Plane {
  return { width, height, data: Float32Array.from({ length: width * height }, (_, i) => i) };
}

describe("planes", () => {
  test("crop takes the pixels that are there", () => {
    expect([...cropPlane(numbered(5, 4), 1, 2, 3, 2).data]).toEqual([11, 12, 13, 16, 17, 18]);
  });

  test("the eight symmetries are eight different ones, and none loses a pixel", () => {
    const plane = numbered(4, 4);
    const all = Array.from({ length: 8 }, (_, k) => [...dihedral(plane, k).data]);
    expect(new Set(all.map((data) => data.join())).size).toBe(8);
    for (const data of all) expect(data.toSorted((a, b) => a - b)).toEqual([...plane.data]);
    expect(all[0]).toEqual([...plane.data]);
  });

  test("quantiles lie between the values around them", () => {
    expect(quantile([3, 1, 2], 0)).toBe(1);
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([3, 1, 2], 1)).toBe(3);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1, maxLength: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (v, share) => {
          const q = quantile(v, share);
          return q >= Math.fround(Math.min(...v)) && q <= Math.fround(Math.max(...v));
        },
      ),
    );
  });

  test("mean and s.d.", () => {
    expect(meanAndSd([1, 3])).toEqual({ mean: 2, sd: 1 });
  });

  test("map sees each value with its place", () => {
    expect([...mapPlane(createPlane(2, 2, 5), (value, i) => value + i).data]).toEqual([5, 6, 7, 8]);
  });
});

describe("edges", () => {
  test("a plane goes on as in a mirror on every side", () => {
    const out = cropMirrored(numbered(2, 2), -2, -2, 6);
    const row = (y: number) => [...out.data.subarray(y * 6, y * 6 + 6)];
    expect(row(2)).toEqual([1, 0, 0, 1, 1, 0]);
    expect(row(0)).toEqual([3, 2, 2, 3, 3, 2]);
  });

  test("inside the plane it is a crop", () => {
    const plane = noise(20, 30, 1);
    expect(cropMirrored(plane, 3, 4, 10).data).toEqual(cropPlane(plane, 3, 4, 10, 10).data);
  });

  test("fading leaves the middle as it is and ends close to the background on all sides", () => {
    const n = 40;
    const plane = noise(n, n, 2, 5, 1);
    const faded = fade(plane, 1, 8);
    expect(cropPlane(faded, 8, 8, 24, 24).data).toEqual(cropPlane(plane, 8, 8, 24, 24).data);
    const border = [...faded.data].filter((_, i) => i < n || i >= n * (n - 1) || i % n === 0 || i % n === n - 1);
    expect(Math.max(...border.map((value) => Math.abs(value - 1)))).toBeLessThan(0.1);
  });
});
