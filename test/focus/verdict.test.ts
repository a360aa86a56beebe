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

  it("lets a second opinion make a verdict uncertain, and nothing else", () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    const sure = fc.double({ min: 0.51, max: 0.999, noNaN: true });
    const ends = fc.tuple(p, p).map(([a, b]) => ({ focusedBelow: Math.min(a, b), defocusedAbove: Math.max(a, b) }));
    fc.assert(
      fc.property(p, p, fc.record({ tiles: sure, spectrum: sure }), ends, (tiles, pDefocused, sureFrom, between) => {
        const alone = frameVerdict([tile(tiles)], between);
        const both = frameVerdict([tile(tiles)], between, { pDefocused, sureFrom });
        if (both.verdict !== alone.verdict) expect(both.verdict).toBe("uncertain");
        if (both.pDefocused !== alone.pDefocused) {
          expect(both.verdict).toBe("uncertain");
          expect(Math.sign(tiles - 0.5)).toBe(-Math.sign(pDefocused - 0.5));
        }
        // What is written down of a verdict is in keeping with the thresholds beside it.
        expect(both.pDefocused).toSatisfy((value: number) =>
          both.verdict === "focused"
            ? value < between.focusedBelow
            : both.verdict === "defocused"
              ? value > between.defocusedAbove
              : value >= between.focusedBelow && value <= between.defocusedAbove,
        );
      }),
    );
  });

  it("is uncertain where both are sure of opposite things", () => {
    const sureFrom = { tiles: 0.9, spectrum: 0.95 };
    const of = (tiles: number, pDefocused: number) => frameVerdict([tile(tiles)], thresholds, { pDefocused, sureFrom });
    expect(of(0.99, 0.01)).toEqual({ verdict: "uncertain", pDefocused: 0.5 });
    expect(of(0.01, 0.99)).toEqual({ verdict: "uncertain", pDefocused: 0.5 });
    expect(of(0.99, 0.1)).toMatchObject({ verdict: "defocused" });
    expect(of(0.8, 0.01)).toMatchObject({ verdict: "defocused" });
    expect(of(0.99, 0.99)).toMatchObject({ verdict: "defocused" });
    expect(frameVerdict([tile(0.99, empty)], thresholds, { pDefocused: 0.01, sureFrom }).verdict).toBe("blank");
  });
});
