import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFrame } from "../../../src/frames/decode.js";
import { dataEnd } from "../../../src/simulate/tiff-layout.js";
import { phantomExport, phantomNames } from "../../../src/train/phantom/phantom-export.js";
import { drawFocusFaults, renderTimeLapse } from "../../../src/train/phantom/time-lapse.js";
import { meanAndSd } from "../../../src/train/plane.js";
import { createRandom } from "../../../src/train/random.js";

const small = { seed: 5, positions: 2, times: 2, size: 96, defocus: () => 0 };

/** Energy of differences between neighbours: what a defocus takes away. */
function sharpness(data: ArrayLike<number>, width: number): number {
  let sum = 0;
  for (let i = 0; i + width < data.length; i++) sum += (data[i + width]! - data[i]!) ** 2;
  return sum / data.length;
}

describe("renderTimeLapse", () => {
  test("gives the same pixels from the same seed, in the order time, position", () => {
    const [one, other] = [[...renderTimeLapse(small)], [...renderTimeLapse(small)]];
    expect(one.map(({ time, position }) => [time, position])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
    expect(one.map(({ frame }) => frame.data)).toEqual(other.map(({ frame }) => frame.data));
    expect(one[0]!.frame.data).not.toEqual([...renderTimeLapse({ ...small, seed: 6 })][0]!.frame.data);
  });

  test("exposes as a 12-bit camera does, with the background near 1700 counts", () => {
    for (const { frame } of renderTimeLapse(small)) {
      expect(frame).toMatchObject({ width: 96, height: 96, channels: 1, bitDepth: 16 });
      expect(Math.max(...frame.data)).toBeLessThanOrEqual(4095);
      expect(meanAndSd(frame.data).mean).toBeGreaterThan(1200);
      expect(meanAndSd(frame.data).mean).toBeLessThan(2000);
    }
  });

  test("defocus of either sign takes sharpness away, and the two differ", () => {
    const at = (dof: number) =>
      [...renderTimeLapse({ ...small, positions: 1, times: 1, size: 192, defocus: () => dof })][0]!;
    const [focused, plus, minus] = [at(0), at(2), at(-2)];
    for (const { frame } of [plus, minus]) {
      expect(sharpness(frame.data, 192)).toBeLessThan(0.75 * sharpness(focused.frame.data, 192));
    }
    expect(plus.frame.data).not.toEqual(minus.frame.data);
    expect(plus.stageUm.z - minus.stageUm.z).toBeCloseTo((4 * 0.55) / 0.09, 1);
  });

  test("shows no seam where the computed field wraps around: edges are as sharp as the middle", () => {
    const [{ frame } = { frame: undefined }] = renderTimeLapse({
      ...small,
      positions: 1,
      times: 1,
      size: 192,
      confluence: 0.02,
    });
    const row = (y: number) => meanAndSd(frame!.data.subarray(y * 192, (y + 1) * 192)).mean;
    for (const y of [0, 1, 190, 191]) expect(Math.abs(row(y) / row(96) - 1)).toBeLessThan(0.08);
  });
});

test("focus faults: exactly the share that was asked for, the rest within 0.2 DOF units", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (seed, positions, times, share) => {
        const defocus = drawFocusFaults(createRandom(seed), positions, times, share);
        const dofs = Array.from({ length: positions * times }, (_, k) =>
          Math.abs(defocus((k % positions) + 1, Math.floor(k / positions) + 1)),
        );
        expect(dofs.filter((dof) => dof >= 1.2)).toHaveLength(Math.round(share * positions * times));
        expect(dofs.every((dof) => dof <= 0.2 || (dof >= 1.2 && dof <= 4.2))).toBe(true);
      },
    ),
  );
});

test("an export has the names that were announced, in NIS-Elements' layout, and says that it is simulated", async () => {
  const options = { prefix: "p", seed: 1, positions: 2, times: 10, size: 64, defocused: 0.5 };
  expect(phantomNames(options).slice(0, 3)).toEqual(["p_t01xy1c1.tif", "p_t01xy2c1.tif", "p_t02xy1c1.tif"]);
  const names = phantomNames({ ...options, times: 1 });
  for (const [k, { name, bytes }] of [...phantomExport({ ...options, times: 1 })].entries()) {
    expect(name).toBe(names[k]);
    expect(dataEnd(bytes)?.headerEnd).toBe(8);
    const { facts } = await decodeFrame(bytes, "tiff", 0, { maxPixels: 1e6 });
    expect(facts).toMatchObject({ pixelSizeUm: 0.65, significantBits: 12 });
    expect(facts.description).toContain("SIMULATED=true");
  }
});
