import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blend } from "../../../src/restore/consistency/blend.js";
import type { Gains } from "../../../src/restore/consistency/gains.js";
import { possibleTransfers, TRANSFER_SIDE } from "../../../src/restore/consistency/transfers.js";
import { cropPlane, type Plane } from "../../../src/train/plane.js";
import { maxAbsDifference, noise } from "../../train/support/planes.js";
import { SAMPLING, smoothNoise } from "./support.js";

const LENGTH = 184;

function gainsOf(source: (k: number) => number, network: (k: number) => number): Gains {
  const rows = (value: (k: number) => number) => Float64Array.from({ length: LENGTH }, (_, k) => value(k));
  return { source: rows(source), network: rows(network), unexplained: 0 };
}

/** They change slowly with frequency, so each pixel counts for its neighbours only. */
const smooth = gainsOf(
  (k) => Math.cos(k / 20) * Math.exp(-((k / 90) ** 2)),
  (k) => 1 - Math.exp(-((k / 60) ** 2)),
);
/** As they are 2.5 DOF units out of focus: a pixel counts for others that are tens of pixels away. */
const { filter } = possibleTransfers({ dof: 2.5, low: 2.5, high: 2.5 }, SAMPLING).at(-1)!;
const outOfFocus = gainsOf(
  (k) => filter[k]! / (filter[k]! ** 2 + 0.1),
  (k) => 0.1 / (filter[k]! ** 2 + 0.1),
);
const onlySource = gainsOf(
  () => 1,
  () => 0,
);
const onlyNetwork = gainsOf(
  () => 0,
  () => 1,
);

/** x, y → one frequency, which goes on as it is beyond a plane's edges as in a mirror. */
function wave(width: number, height: number, kx: number, ky: number) {
  const along = (k: number, length: number, i: number) => Math.cos((Math.PI * k * (i + 0.5)) / length);
  const data = Float32Array.from(
    { length: width * height },
    (_, i) => along(kx, width, i % width) * along(ky, height, Math.floor(i / width)),
  );
  return { width, height, data };
}

/** A plane that wraps around, again and again. */
function tiled({ width: n, data }: Plane, width: number, height: number): Plane {
  const at = (i: number) => data[(Math.floor(i / width) % n) * n + ((i % width) % n)]!;
  return { width, height, data: Float32Array.from({ length: width * height }, (_, i) => at(i)) };
}

describe("blending a source with its reconstruction", () => {
  test("is one of the two where the other does not count, in any size", () => {
    const sides = fc.integer({ min: 1, max: 340 });
    fc.assert(
      fc.property(sides, sides, fc.integer(), (width, height, seed) => {
        const source = noise(width, height, seed);
        const restored = noise(width, height, seed + 1).data;
        expect(maxAbsDifference(blend(source, restored, onlyNetwork), restored)).toBeLessThan(1e-4);
        expect(maxAbsDifference(blend(source, restored, onlySource), source.data)).toBeLessThan(1e-4);
      }),
      { numRuns: 20 },
    );
  });

  test("weighs each frequency by its own gains", () => {
    const size = [320, 260] as const;
    const nothing = new Float32Array(320 * 260);
    for (const [kx, ky] of [
      [0, 0],
      [20, 0],
      [0, 40],
      [100, 30],
      [90, 120],
    ] as const) {
      const plane = wave(...size, kx, ky);
      const bin = Math.hypot(kx / 320, ky / 260) * (TRANSFER_SIDE / 2);
      const times = (gains: Float64Array) => {
        const low = Math.floor(bin);
        const gain = gains[low]! + (gains[low + 1]! - gains[low]!) * (bin - low);
        return plane.data.map((value) => gain * value);
      };
      expect(maxAbsDifference(blend(plane, nothing, smooth), times(smooth.source))).toBeLessThan(2e-3);
      expect(
        maxAbsDifference(blend({ ...plane, data: nothing }, plane.data, smooth), times(smooth.network)),
      ).toBeLessThan(2e-3);
    }
  });

  test("lets neither of the two into the share of the other", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const source = noise(150, 90, seed);
        const restored = noise(150, 90, seed + 1).data;
        const nothing = new Float32Array(restored.length);
        const bySource = blend(source, nothing, smooth);
        const byNetwork = blend({ ...source, data: nothing }, restored, smooth);
        const both = blend(source, restored, smooth);
        expect(
          maxAbsDifference(
            both,
            bySource.map((value, i) => value + byNetwork[i]!),
          ),
        ).toBeLessThan(1e-4);
      }),
      { numRuns: 10 },
    );
  });

  test("is linear", () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -3, max: 3, noNaN: true }), (seed, factor) => {
        const planes = [0, 1, 2, 3].map((k) => noise(100, 130, seed + k).data) as [
          Float32Array,
          Float32Array,
          Float32Array,
          Float32Array,
        ];
        const [s, r, t, q] = planes;
        const of = (source: Float32Array, restored: Float32Array) =>
          blend({ width: 100, height: 130, data: source }, restored, smooth);
        const sum = (a: Float32Array, b: Float32Array) => a.map((value, i) => value + factor * b[i]!);
        expect(maxAbsDifference(of(sum(s, t), sum(r, q)), sum(of(s, r), of(t, q)))).toBeLessThan(1e-4);
      }),
      { numRuns: 10 },
    );
  });

  test.each([
    ["wide", 2001, 300],
    ["high", 300, 2001],
  ])("leaves no seam where the blocks of a %s plane meet", (_name, width, height) => {
    const source = tiled(smoothNoise(512, 5), width, height);
    const restored = tiled(smoothNoise(512, 6), width, height);
    const whole = { width, height, data: blend(source, restored.data, outOfFocus) };
    // The two blocks meet in the middle, which is far from the ends of a piece that is one block by itself.
    const isWide = width > height;
    const [left, top, w, h] = isWide ? [700, 0, 600, 300] : [0, 700, 300, 600];
    const piece = (plane: Plane) => cropPlane(plane, left, top, w, h);
    const block = { width: w, height: h, data: blend(piece(source), piece(restored).data, outOfFocus) };
    const middle = (plane: Plane) =>
      isWide ? cropPlane(plane, 250, 80, 100, 140) : cropPlane(plane, 80, 250, 140, 100);
    const [here, there] = [middle(block), middle(piece(whole))];
    expect(maxAbsDifference(here.data, there.data)).toBeLessThan(0.05);
  });
});
