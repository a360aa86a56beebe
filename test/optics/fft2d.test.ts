import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fft2d, fft2d, isFftSize } from "../../src/optics/fft2d.js";
import { createRandom } from "../../src/train/random.js";
import { maxAbsDifference } from "../train/support/planes.js";

function randomField(n: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: 2 * n * n }, () => random.normal());
}

/** The definition: X(u, v) = Σ x(x, y)·exp(−2πi(ux + vy)/n). */
function naiveDft(field: Float32Array, n: number): Float32Array {
  const out = new Float32Array(2 * n * n);
  for (let v = 0; v < n; v++) {
    for (let u = 0; u < n; u++) {
      let re = 0;
      let im = 0;
      for (let y = 0; y < n; y++) {
        for (let x = 0; x < n; x++) {
          const angle = (-2 * Math.PI * (u * x + v * y)) / n;
          const [a, b] = [field[2 * (y * n + x)]!, field[2 * (y * n + x) + 1]!];
          re += a * Math.cos(angle) - b * Math.sin(angle);
          im += a * Math.sin(angle) + b * Math.cos(angle);
        }
      }
      out.set([re, im], 2 * (v * n + u));
    }
  }
  return out;
}

describe("Fft2d", () => {
  test("is the discrete Fourier transform", () => {
    const n = 16;
    const field = randomField(n, 1);
    const expected = naiveDft(field, n);
    fft2d(n).forward(field);
    // Sums of 256 values of order 1 in 32 bits.
    expect(maxAbsDifference(field, expected)).toBeLessThan(1e-4);
  });

  test("in its own memory has the same spectrum turned, and comes back n² times as large", () => {
    fc.assert(
      fc.property(fc.constantFrom(16, 48, 80), fc.integer(), (n, seed) => {
        const given = randomField(n, seed);
        const expected = given.slice();
        fft2d(n).forward(expected);
        const plan = fft2d(n);
        const { field, spectrum } = plan.own();
        field.set(given);
        plan.ownForward();
        const turned = expected.map((_, i) => {
          const [part, x, y] = [i % 2, Math.floor(i / 2) % n, Math.floor(i / 2 / n)];
          return expected[2 * (x * n + y) + part]!;
        });
        expect(spectrum).toEqual(turned);
        plan.ownInverse();
        expect(
          maxAbsDifference(
            field.map((value) => value / n ** 2),
            given,
          ),
        ).toBeLessThan(1e-5);
      }),
      { numRuns: 12 },
    );
  });

  test("goes there and back", () => {
    fc.assert(
      fc.property(fc.constantFrom(16, 32, 48, 64, 80, 96, 144), fc.integer(), (n, seed) => {
        const field = randomField(n, seed);
        const copy = field.slice();
        fft2d(n).forward(copy);
        fft2d(n).inverse(copy);
        return maxAbsDifference(copy, field) < 1e-5;
      }),
      { numRuns: 20 },
    );
  });

  test("keeps the energy (Parseval)", () => {
    const n = 48;
    const field = randomField(n, 2);
    const energy = (values: Float32Array) => values.reduce((sum, v) => sum + v * v, 0);
    const before = energy(field);
    fft2d(n).forward(field);
    expect(energy(field) / (n * n) / before).toBeCloseTo(1, 5);
  });

  test("plans of several sizes do not disturb each other", () => {
    const [a, b] = [randomField(32, 3), randomField(64, 4)];
    const [a0, b0] = [a.slice(), b.slice()];
    fft2d(32).forward(a);
    fft2d(64).forward(b);
    fft2d(32).inverse(a);
    fft2d(64).inverse(b);
    expect(maxAbsDifference(a, a0)).toBeLessThan(1e-5);
    expect(maxAbsDifference(b, b0)).toBeLessThan(1e-5);
  });

  test.each([16, 96, 576, 1024, 1152])("takes %i", (n) => {
    expect(isFftSize(n)).toBe(true);
  });

  test.each([0, -16, 8, 100, 112, 1022, 1080])("does not take %i", (n) => {
    expect(isFftSize(n)).toBe(false);
    expect(() => new Fft2d(n)).toThrow(RangeError);
  });
});
