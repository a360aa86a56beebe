import { describe, expect, test } from "vitest";
import { fft2d } from "../../../src/optics/fft2d.js";
import { cutOff, type Optics, PLAN_FLUOR_10X, pupil } from "../../../src/optics/optics.js";
import { weakObjectTransfer } from "../../../src/optics/weak-object-transfer.js";
import { abbeImages, annulusPoints, type SourcePoint } from "../../../src/train/optics/abbe.js";
import { createPlane, mapPlane, type Plane } from "../../../src/train/plane.js";
import { blobs, grating, harmonic, maxAbsDifference, rms } from "../support/planes.js";

const N = 128;
/** Sampled at 0.164 pixels·NA/λ: even twice the NA, the most that any intensity can hold, lies below the sampling limit. */
const optics: Optics = { ...PLAN_FLUOR_10X, pixelUm: 0.3 };
const points = annulusPoints(optics, N, 24);

const image = (phase: Plane, dof: number, some = points): Plane => abbeImages({ phase }, optics, [dof], some)[0]!;

/** Share of the contrast's energy beyond a frequency in cycles/µm. */
function energyBeyond(plane: Plane, limit: number): number {
  const n = plane.width;
  const spectrum = new Float32Array(2 * n * n);
  for (let i = 0; i < n * n; i++) spectrum[2 * i] = plane.data[i]! - 1;
  fft2d(n).forward(spectrum);
  let beyond = 0;
  let all = 0;
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const energy = spectrum[2 * (y * n + x)]! ** 2 + spectrum[2 * (y * n + x) + 1]! ** 2;
      all += energy;
      const f = Math.hypot(x < n / 2 ? x : x - n, y < n / 2 ? y : y - n) / (n * optics.pixelUm);
      if (f > limit) beyond += energy;
    }
  }
  return beyond / all;
}

/** H(f; z) = Σ i·[B*(s)·Q(s+f) − B(s)·Q*(s−f)] over these very points: complex, since they need not come in opposite pairs. */
function transferAt(kx: number, ky: number, dof: number, some: readonly SourcePoint[]): { re: number; im: number } {
  const radius = (N * optics.pixelUm * optics.na) / optics.wavelengthUm;
  const at = (x: number, y: number) => pupil(optics, Math.hypot(x, y) / radius, dof);
  let re = 0;
  let im = 0;
  let background = 0;
  for (const s of some) {
    const b = at(s.x, s.y);
    const plus = at(s.x + kx, s.y + ky);
    const minus = at(s.x - kx, s.y - ky);
    background += b.amplitude ** 2;
    const p = { size: b.amplitude * plus.amplitude, angle: plus.phase - b.phase };
    const m = { size: b.amplitude * minus.amplitude, angle: b.phase - minus.phase };
    re += -p.size * Math.sin(p.angle) + m.size * Math.sin(m.angle);
    im += p.size * Math.cos(p.angle) - m.size * Math.cos(m.angle);
  }
  return { re: re / background, im: im / background };
}

describe("annulusPoints", () => {
  test("lie on the annulus, evenly round, to half a bin", () => {
    const scale = (N * optics.pixelUm * optics.na) / optics.wavelengthUm;
    for (const { x, y } of points) {
      const off = Math.abs(Math.hypot(x, y) - optics.annulusRadius * scale);
      expect(off).toBeLessThanOrEqual((optics.annulusWidth / 3) * scale + Math.SQRT1_2);
    }
    const sum = points.reduce((a, p) => ({ x: a.x + p.x, y: a.y + p.y }), { x: 0, y: 0 });
    expect(Math.hypot(sum.x, sum.y) / points.length).toBeLessThan(0.5);
    expect(points).toHaveLength(24);
  });
});

describe("an Abbe image", () => {
  test("of nothing is the even background at any defocus", () => {
    for (const plane of abbeImages({ phase: createPlane(N, N) }, optics, [0, 2, -5], points)) {
      expect(maxAbsDifference(plane.data, createPlane(N, N, 1).data)).toBeLessThan(1e-4);
    }
  });

  test("of absorption alone is darker", () => {
    const [plane] = abbeImages({ phase: createPlane(N, N), absorption: createPlane(N, N, 0.1) }, optics, [0], points);
    expect(plane!.data[0]).toBeCloseTo(Math.exp(-0.2), 4);
  });

  test("shows what retards light dark: positive phase contrast", () => {
    const phase = createPlane(N, N);
    for (let y = -20; y < 20; y++) {
      for (let x = -20; x < 20; x++) phase.data[(64 + y) * N + 64 + x] = 0.4 * Math.exp(-(x * x + y * y) / 50);
    }
    expect(image(phase, 0).data[64 * N + 64]).toBeLessThan(0.8);
  });

  test("of a weak grating is the Abbe sum of the transfer function over its source points, in size and in place", () => {
    for (const [kx, ky] of [
      [3, 1],
      [10, -4],
      [0, 17],
      [24, 5],
    ] as const) {
      for (const dof of [0, 1.3, -3]) {
        const found = harmonic(image(grating(N, kx, ky, 1e-3), dof), kx, ky);
        const expected = transferAt(kx, ky, dof, points);
        expect(found.re / 1e-3).toBeCloseTo(expected.re, 2);
        expect(found.im / 1e-3).toBeCloseTo(expected.im, 2);
      }
    }
  });

  test("of a weak object agrees with the weak-object filter", () => {
    // The filter takes the whole annulus, the image 72 points on whole bins: they differ by some 3 % of the contrast in focus, also
    // where defocus has taken most of the contrast away.
    const phase = blobs(N, 0.003);
    const many = annulusPoints(optics, N, 72);
    const contrast = rms(image(phase, 0, many).data.map((value) => value - 1));
    for (const dof of [0, 1, 2.5]) {
      const h = weakObjectTransfer(optics, dof);
      const spectrum = new Float32Array(2 * N * N);
      for (let i = 0; i < N * N; i++) spectrum[2 * i] = phase.data[i]!;
      fft2d(N).forward(spectrum);
      for (let i = 0; i < N * N; i++) {
        const [x, y] = [i % N, Math.floor(i / N)];
        const value = h.at(Math.hypot(x < N / 2 ? x : x - N, y < N / 2 ? y : y - N) / (N * optics.pixelUm));
        spectrum[2 * i]! *= value;
        spectrum[2 * i + 1]! *= value;
      }
      fft2d(N).inverse(spectrum);
      const expected = Float32Array.from({ length: N * N }, (_, i) => spectrum[2 * i]!);
      const found = image(phase, dof, many);
      const difference = found.data.map((value, i) => value - 1 - expected[i]!);
      expect(rms(difference) / contrast).toBeLessThan(0.06);
    }
  });

  test("of a weak object has no energy beyond NA(1 + annulus)/λ", () => {
    // Half a bin is what source points on whole bins can lie outside; terms of second order are some 1e-6 of the energy.
    const limit = cutOff(optics) + 1 / (N * optics.pixelUm);
    for (const dof of [0, 2, -4]) expect(energyBeyond(image(blobs(N, 0.002), dof), limit)).toBeLessThan(1e-5);
  });

  test("of no object has energy beyond 2·NA/λ", () => {
    const limit = (2 * optics.na) / optics.wavelengthUm;
    const strong = image(blobs(N, 0.8), 2);
    expect(energyBeyond(strong, limit)).toBeLessThan(1e-9);
    // … while beyond the weak object's cut-off a strong one has some.
    expect(energyBeyond(strong, cutOff(optics))).toBeGreaterThan(1e-6);
  });

  test("of a weak phase object is nearly the same on both sides of focus, of a strong one it is not", () => {
    const asymmetry = (strength: number) => {
      const phase = blobs(N, strength);
      const [plus, minus] = abbeImages({ phase }, optics, [2, -2], points);
      return rms(plus!.data.map((v, i) => v - minus!.data[i]!)) / rms(plus!.data.map((v) => v - 1));
    };
    expect(asymmetry(0.003)).toBeLessThan(0.12);
    expect(asymmetry(0.8)).toBeGreaterThan(0.2);
  });

  test("doubles in contrast with a weak phase, not with a strong one", () => {
    const gain = (strength: number) => {
      const phase = blobs(N, strength);
      const contrast = (plane: Plane) => rms(plane.data.map((v) => v - 1));
      return (
        contrast(
          image(
            mapPlane(phase, (v) => 2 * v),
            0,
          ),
        ) / contrast(image(phase, 0))
      );
    };
    expect(Math.abs(gain(0.002) - 2)).toBeLessThan(0.01);
    expect(Math.abs(gain(0.8) - 2)).toBeGreaterThan(0.1);
  });
});
