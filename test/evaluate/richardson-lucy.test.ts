import { describe, expect, test } from "vitest";
import { blurred, richardsonLucy } from "../../src/evaluate/richardson-lucy.js";
import { COMPARED_SIDE, compared, searchPsf } from "../../src/evaluate/search-psf.js";
import { eightBitScale, toEightBit } from "../../src/train/metrics/eight-bit.js";
import { ssim } from "../../src/train/metrics/ssim.js";
import { mapPlane, type Plane } from "../../src/train/plane.js";
import { createRandom } from "../../src/train/random.js";
import { noise } from "../train/support/planes.js";

/** Discs of many sizes on a ground, with edges that blur takes away. */
function cells(n: number, seed: number): Plane {
  const random = createRandom(seed);
  const data = new Float32Array(n * n).fill(1000);
  for (let k = 0; k < n / 2; k++) {
    const [cx, cy, r, v] = [
      random.between(8, n - 8),
      random.between(8, n - 8),
      random.between(2, 9),
      random.between(-500, 1500),
    ];
    for (let y = Math.max(0, Math.floor(cy - r)); y < Math.min(n, cy + r); y++)
      for (let x = Math.max(0, Math.floor(cx - r)); x < Math.min(n, cx + r); x++)
        if (Math.hypot(x - cx, y - cy) < r) data[y * n + x] = 1000 + v;
  }
  return { width: n, height: n, data };
}

describe("Richardson-Lucy", () => {
  const sharp = cells(160, 1);
  const psf = { shape: "gaussian", size: 2 } as const;
  const blur = blurred(sharp, psf);
  const scale = eightBitScale(sharp);
  const similarity = (plane: Plane) => ssim(toEightBit(plane, scale), toEightBit(sharp, scale));

  test("by the point spread function that blurred improves SSIM, the more the longer", () => {
    const [few, many] = richardsonLucy(blur, psf, [5, 40]);
    expect(similarity(few!)).toBeGreaterThan(similarity(blur) + 0.01);
    expect(similarity(many!)).toBeGreaterThan(similarity(few!) + 0.01);
  });

  test("keeps the light, and makes nothing negative", () => {
    const [made] = richardsonLucy(blur, psf, [20]);
    const sum = (plane: Plane) => plane.data.reduce((a, b) => a + b, 0);
    expect(sum(made!) / sum(sharp)).toBeCloseTo(1, 3);
    expect(Math.min(...made!.data)).toBeGreaterThanOrEqual(0);
  });

  test("leaves a flat field flat", () => {
    const [made] = richardsonLucy({ width: 48, height: 48, data: new Float32Array(48 * 48).fill(700) }, psf, [10]);
    expect(Math.max(...made!.data.map((v) => Math.abs(v - 700)))).toBeLessThan(0.1);
  });
});

describe("the search for a point spread function", () => {
  const sharp = cells(320, 3);
  const scale = eightBitScale(sharp);

  test("finds one near the one that blurred, and improves SSIM by it", () => {
    const grain = noise(320, 320, 4, 0, 3);
    const blur = mapPlane(blurred(sharp, { shape: "gaussian", size: 1.5 }), (value, i) => value + grain.data[i]!);
    const found = searchPsf(blur, sharp);
    const part = (plane: Plane) => toEightBit(compared(plane), scale);
    expect(found.closeness.ssim).toBeGreaterThan(ssim(part(blur), part(sharp)) + 0.005);
    expect(found.plane.width).toBe(COMPARED_SIDE);
    // Fewer iterations than it takes by the true one are made up for by a wider one, and the other way round.
    expect(found.psf.size).toBeGreaterThanOrEqual(1);
    expect(found.psf.size).toBeLessThanOrEqual(2.5);
  }, 60_000);
});
