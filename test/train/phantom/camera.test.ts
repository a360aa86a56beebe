import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CAMERA_12_BIT, drawIllumination, expose, illuminate } from "../../../src/train/phantom/camera.js";
import { createPlane, meanAndSd } from "../../../src/train/plane.js";
import { createRandom } from "../../../src/train/random.js";

const camera = CAMERA_12_BIT;
const flat = (level: number) => createPlane(200, 200, level);

describe("the camera", () => {
  test("counts the background above its offset, with shot and read noise", () => {
    for (const level of [0.25, 1, 2]) {
      const { mean, sd } = meanAndSd(expose(flat(level), camera, createRandom(1)));
      const signal = level * camera.background;
      expect(mean).toBeCloseTo(signal + camera.offset, 0);
      // 40,000 pixels tell an s.d. to 0.4 %.
      const expected = Math.sqrt(signal / camera.gain + camera.readNoise ** 2);
      expect(Math.abs(sd / expected - 1)).toBeLessThan(0.02);
    }
  });

  test("has read noise alone in the dark, clipped at neither end", () => {
    const { mean, sd } = meanAndSd(expose(flat(0), camera, createRandom(2)));
    expect(mean).toBeCloseTo(camera.offset, 0);
    expect(sd).toBeCloseTo(camera.readNoise, 0);
  });

  test("saturates and never goes below 0", () => {
    expect(Math.max(...expose(flat(10), camera, createRandom(3)))).toBe(camera.saturation);
    const dark = { ...camera, offset: 0 };
    expect(Math.min(...expose(flat(0), dark, createRandom(3)))).toBe(0);
  });

  test("takes the same picture from the same seed", () => {
    const shot = (seed: number) => expose(flat(1), camera, createRandom(seed));
    expect(shot(4)).toEqual(shot(4));
    expect(shot(4)).not.toEqual(shot(5));
  });
});

test("illumination is 1 on average in the middle, and positive everywhere", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const lit = illuminate(createPlane(32, 32, 1), drawIllumination(createRandom(seed)));
      expect(lit.data[16 * 32 + 16]).toBeCloseTo(1, 2);
      expect(Math.min(...lit.data)).toBeGreaterThan(0.3);
    }),
    { numRuns: 50 },
  );
});
