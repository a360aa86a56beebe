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
});
