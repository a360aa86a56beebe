import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CultureOptions } from "../../../src/train/phantom/cells.js";
import { growCulture } from "../../../src/train/phantom/culture.js";
import { renderPhase } from "../../../src/train/phantom/render-phase.js";
import { meanAndSd } from "../../../src/train/plane.js";
import { createRandom } from "../../../src/train/random.js";
import { maxAbsDifference } from "../support/planes.js";

const options: CultureOptions = { sideUm: 100, confluence: 0.5, cellScale: 1, phaseScale: 1 };
const view = { size: 100, pixelUm: 1, left: 0, top: 0 };

describe.each(["oval", "armed"] as const)("a culture of %s cells", (shape) => {
  const culture = (seed: number) => growCulture(createRandom(seed), { ...options, shape });

  test("is the same to the pixel from the same seed, and another one from another", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(24), (seed, time) => {
        const once = renderPhase(culture(seed), view, time).data;
        expect(renderPhase(culture(seed), view, time).data).toEqual(once);
        expect(renderPhase(culture(seed + 1), view, time).data).not.toEqual(once);
      }),
      { numRuns: 8 },
    );
  });

  test("moves its cells with time, a little each time point, and not its substrate", () => {
    const grown = culture(7);
    const [first, second, later] = [0, 1, 12].map((time) => renderPhase(grown, view, time).data);
    const change = (a: Float32Array, b: Float32Array) => meanAndSd(a.map((value, i) => value - b[i]!)).sd;
    expect(change(first!, second!)).toBeGreaterThan(0);
    expect(change(first!, later!)).toBeGreaterThan(change(first!, second!));
    const bare = { ...grown, cells: [] };
    expect(renderPhase(bare, view, 12).data).toEqual(renderPhase(bare, view, 0).data);
  });

  test("retards light, by an amount that cells do", () => {
    const { data } = renderPhase(culture(3), view);
    expect(data.every(Number.isFinite)).toBe(true);
    const most = data.reduce((a, b) => Math.max(a, b), 0);
    expect(most).toBeGreaterThan(0.2);
    expect(most).toBeLessThan(10);
  });

  test("looks the same through a view that is moved, where they overlap", () => {
    const grown = culture(5);
    const whole = renderPhase(grown, view).data;
    const part = renderPhase(grown, { ...view, size: 40, left: 30, top: 50 }).data;
    const expected = Float32Array.from(
      { length: 1600 },
      (_, i) => whole[(50 + Math.floor(i / 40)) * 100 + 30 + (i % 40)]!,
    );
    expect(maxAbsDifference(part, expected)).toBeLessThan(1e-4);
  });

  test("covers more with more confluence", () => {
    const cells = (confluence: number) => growCulture(createRandom(2), { ...options, shape, confluence }).cells.length;
    expect(cells(1)).toBeGreaterThan(cells(0.2));
  });
});
