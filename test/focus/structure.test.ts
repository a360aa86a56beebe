import { describe, expect, it } from "vitest";
import { tileStructure } from "../../src/focus/structure.js";
import { isBlank } from "../../src/focus/verdict.js";
import { createRandom } from "../../src/train/random.js";

const side = 256;
const whole = { left: 0, top: 0, side };

function field(value: (x: number, y: number) => number, noise: number): Float32Array {
  const random = createRandom(1);
  return Float32Array.from({ length: side * side }, (_, i) =>
    Math.round(value(i % side, Math.floor(i / side)) + noise * random.normal()),
  );
}

describe("tileStructure", () => {
  it("finds about 1 in pure noise, whatever its strength", () => {
    for (const noise of [2, 10, 50]) {
      const { signalToNoise } = tileStructure(
        field(() => 1000, noise),
        side,
        whole,
      );
      expect(signalToNoise).toBeGreaterThan(0.85);
      expect(signalToNoise).toBeLessThan(1.15);
    }
  });

  it("does not take a slope of the illumination for structure", () => {
    expect(
      isBlank(
        tileStructure(
          field((x, y) => 1000 + x - y / 2, 10),
          side,
          whole,
        ),
      ),
    ).toBe(true);
  });

  it("sees a single cell", () => {
    const cell = (x: number, y: number) => 1000 - 200 * Math.exp(-((x - 128) ** 2 + (y - 128) ** 2) / 200);
    expect(isBlank(tileStructure(field(cell, 10), side, whole))).toBe(false);
  });

  it("calls a constant field blank", () => {
    expect(
      isBlank(
        tileStructure(
          field(() => 1000, 0),
          side,
          whole,
        ),
      ),
    ).toBe(true);
    expect(
      isBlank(
        tileStructure(
          field(() => 0, 0),
          side,
          whole,
        ),
      ),
    ).toBe(true);
  });
});
