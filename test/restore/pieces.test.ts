import fc from "fast-check";
import { expect, test } from "vitest";
import { piecesOf } from "../../src/restore/pieces.js";

test("pieces cover a frame and stay inside it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 64, max: 3000 }), fc.integer({ min: 64, max: 3000 }), (width, height) => {
      const { side, pieces } = piecesOf(width, height)!;
      expect(side).toBeLessThanOrEqual(256);
      expect(side % 16).toBe(0);
      for (const { left, top } of pieces) {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left + side).toBeLessThanOrEqual(width);
        expect(top + side).toBeLessThanOrEqual(height);
      }
      // Nothing lies between two neighbours where five are enough, and the last one reaches the end wherever there are two.
      const lefts = [...new Set(pieces.map(({ left }) => left))];
      for (const [k, left] of width > 5 * side ? [] : lefts.entries())
        expect(left).toBeLessThanOrEqual((lefts[k - 1] ?? -side) + side);
      if (lefts.length > 1) expect(lefts.at(-1)! + side).toBe(width);
    }),
  );
  expect(piecesOf(63, 1000)).toBeUndefined();
});
