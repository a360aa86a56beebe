import fc from "fast-check";
import { expect, test } from "vitest";
import { spreadEvenly } from "../../src/frames/spread.js";

test("windows reach from one end to the other, in order and evenly", () => {
  const axis = fc.record({
    side: fc.integer({ min: 1, max: 500 }),
    more: fc.nat(3000),
    count: fc.integer({ min: 2, max: 40 }),
  });
  fc.assert(
    fc.property(axis, ({ side, more, count }) => {
      const places = spreadEvenly(side + more, side, count);
      expect(places).toHaveLength(count);
      expect([places[0], places.at(-1)]).toEqual([0, more]);
      const steps = places.slice(1).map((place, k) => place - places[k]!);
      expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(1);
      expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("a single window begins at the start", () => {
  expect(spreadEvenly(700, 256, 1)).toEqual([0]);
});
