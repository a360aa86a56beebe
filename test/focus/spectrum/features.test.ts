import { describe, expect, it } from "vitest";
import { spectrumFeatures } from "../../../src/focus/spectrum/features.js";
import { ringPower } from "../../../src/focus/spectrum/ring-power.js";

const [WIDTH, HEIGHT] = [700, 300];
const plane = Float64Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
  const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
  return 500 + ((3 * x * x + 5 * y * y + 7 * x * y) % 1009);
});

describe("spectrumFeatures", () => {
  it("is what numpy makes of the same plane", () => {
    const features = spectrumFeatures(ringPower(plane, WIDTH, HEIGHT));
    // Every fifth of `features` in scripts/torch/spectrum.py.
    const expected = [0.1133, -0.0572, -0.215, -0.1116, 0.048, 0.2314, 0.436, 0.2643, -0.135, -0.2289];
    expect(features.length).toBe(48);
    for (const [k, value] of expected.entries()) expect(features[5 * k]).toBeCloseTo(value, 3);
  });

  it("does not care for brightness and contrast, nor for how steeply power falls", () => {
    const power = ringPower(plane, WIDTH, HEIGHT);
    const features = spectrumFeatures(power);
    const other = spectrumFeatures(
      ringPower(
        plane.map((value) => 900 + 0.2 * value),
        WIDTH,
        HEIGHT,
      ),
    );
    // Where rings are far apart their logarithms are joined by straight lines, which a power law is not.
    const steeper = spectrumFeatures(power.map((value, ring) => value / Math.max(1, ring) ** 3));
    for (const [k, value] of features.entries()) {
      expect(other[k]).toBeCloseTo(value, 3);
      expect(Math.abs(steeper[k]! - value)).toBeLessThan(0.05);
    }
  });

  it("finds a dent where it is", () => {
    const dented = Float64Array.from({ length: 182 }, (_, ring) => (ring > 28 && ring < 36 ? 1 : 100));
    const features = spectrumFeatures(dented);
    // ln(32 / 2.5) / ln(128 / 2.5) of 48 bins
    expect(Math.abs(features.indexOf(Math.min(...features)) - 31)).toBeLessThanOrEqual(2);
  });
});
