import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameVerdict, type JudgedTile } from "../../src/focus/verdict.js";

const thresholds = { focusedBelow: 0.35, defocusedAbove: 0.65 };
const cells = { contrast: 0.05, signalToNoise: 80 };
const empty = { contrast: 0.0005, signalToNoise: 1.1 };
const tile = (pDefocused: number, structure = cells): JudgedTile => ({ pDefocused, structure });

describe("frameVerdict", () => {
  it.each([
    [0.1, "focused"],
    [0.5, "uncertain"],
    [0.35, "uncertain"],
    [0.65, "uncertain"],
    [0.9, "defocused"],
  ])("calls a frame of probability %f %s", (p, verdict) => {
    expect(frameVerdict([tile(p), tile(p)], thresholds)).toMatchObject({ verdict });
  });

  it("gives no probability for a frame in which there is nothing", () => {
    expect(frameVerdict([tile(0.99, empty), tile(0.99, empty)], thresholds)).toEqual({
      verdict: "blank",
      pDefocused: null,
    });
  });

  it("does not let empty tiles outvote the one that shows cells", () => {
    const tiles = [tile(0.02), ...Array.from({ length: 8 }, () => tile(0.98, empty))];
    expect(frameVerdict(tiles, thresholds).verdict).toBe("focused");
  });

  it("lies between the least and the greatest of its tiles", () => {
    const structure = fc.record({
      contrast: fc.double({ min: 0.002, max: 1, noNaN: true }),
      signalToNoise: fc.constant(50),
    });
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.record({ pDefocused: probability, structure }), { minLength: 1 }), (tiles) => {
        const { pDefocused } = frameVerdict(tiles, thresholds);
        const all = tiles.map((t) => t.pDefocused);
        expect(pDefocused).toBeGreaterThanOrEqual(Math.min(...all) - 1e-9);
        expect(pDefocused).toBeLessThanOrEqual(Math.max(...all) + 1e-9);
      }),
    );
  });

  describe("with a second opinion", () => {
    const joint = { tiles: 1, mostTiles: 1.5, spectrum: 1.25, mostSpectrum: 6, shift: 2.5 };
    const of = (tiles: number, logit: number) => frameVerdict([tile(tiles)], thresholds, { logit, joint });

    it("follows a spectrum that is sure, though the tiles are sure of the opposite", () => {
      expect(of(0.999, -4.4).verdict).toBe("focused");
      expect(of(0.001, 6).verdict).toBe("defocused");
      // As far as it can go, and no farther.
      expect(of(0.001, 600)).toEqual(of(0.001, 6));
    });

    it("goes by the tiles where the spectrum says little", () => {
      expect(of(0.1, -2).verdict).toBe("focused");
      expect(of(0.7, -2).verdict).toBe("defocused");
      expect(of(1, -2).pDefocused).toBeCloseTo(1 / (1 + Math.exp(-1.5)), 12);
      expect(of(0, -2).pDefocused).toBeCloseTo(1 / (1 + Math.exp(1.5)), 12);
    });

    it("does not ask it of a frame in which there is nothing", () => {
      const blank = frameVerdict([tile(0.99, empty)], thresholds, { logit: 5, joint });
      expect(blank).toEqual({ verdict: "blank", pDefocused: null });
    });

    it("is never surer of the one thing for a tile or a spectrum that says more of the other", () => {
      const p = fc.double({ min: 0, max: 1, noNaN: true });
      const logit = fc.double({ min: -40, max: 40, noNaN: true });
      fc.assert(
        fc.property(p, p, logit, logit, (one, two, first, second) => {
          const low = of(Math.min(one, two), Math.min(first, second));
          const high = of(Math.max(one, two), Math.max(first, second));
          expect(low.pDefocused!).toBeLessThanOrEqual(high.pDefocused!);
          expect(low.pDefocused!).toBeGreaterThan(0);
          expect(high.pDefocused!).toBeLessThan(1);
        }),
      );
    });
  });
});
