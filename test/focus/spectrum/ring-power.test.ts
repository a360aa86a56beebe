import { describe, expect, it } from "vitest";
import { SPECTRUM_WINDOW as N, ringPower } from "../../../src/focus/spectrum/ring-power.js";
import { noise } from "../../train/support/planes.js";

describe("ringPower", () => {
  it("is what numpy makes of the same plane", () => {
    const [width, height] = [700, 300];
    const data = madePlane(width, height);
    const power = ringPower(data, width, height);
    expect(power.length).toBe(182);
    // ring_power of scripts/torch/spectrum.py, at 1, 10, 64 and 181 cycles per window
    const expected = [2.30514329e8, 2.6740295e8, 7.94308472e8, 1.39237691e9];
    [1, 10, 64, 181].forEach((ring, k) => {
      expect(power[ring]! / expected[k]!).toBeCloseTo(1, 4);
    });
  });

  it("is the mean over windows, however many there are", () => {
    const { data } = noise(2 * N, N, 5, 1000, 50);
    const half = (left: number) =>
      Float32Array.from({ length: N * N }, (_, i) => data[Math.floor(i / N) * 2 * N + left + (i % N)]!);
    const [a, b] = [ringPower(half(0), N, N), ringPower(half(N), N, N)];
    const both = ringPower(data, 2 * N, N);
    for (const ring of [1, 17, 90, 181]) expect(both[ring]! / ((a[ring]! + b[ring]!) / 2)).toBeCloseTo(1, 4);
  });

  it("has a wave at its frequency", () => {
    const cycles = 40;
    const data = Float32Array.from(
      { length: N * N },
      (_, i) => 1000 + 100 * Math.sin((2 * Math.PI * cycles * (i % N)) / N),
    );
    const power = ringPower(data, N, N);
    expect(power.indexOf(Math.max(...power))).toBe(cycles);
  });
});

function madePlane(width: number, height: number): Float64Array {
  return Float64Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return 500 + ((3 * x * x + 5 * y * y + 7 * x * y) % 1009);
  });
}
