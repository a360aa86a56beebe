import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mirrored, stretches } from "../../src/restore/patch-grid.js";

describe("stretches", () => {
  it("takes a frame of 1608 pixels in one piece", () => {
    expect(stretches(1608)).toEqual([{ from: -12, length: 1632, keepFrom: 0, keepTo: 1608 }]);
  });

  it("keeps every pixel once, reads a multiple of 32, and reads what it keeps", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), (length) => {
        let next = 0;
        for (const s of stretches(length)) {
          expect(s.keepFrom).toBe(next);
          expect(s.length % 32).toBe(0);
          expect(s.from).toBeLessThanOrEqual(s.keepFrom);
          expect(s.from + s.length).toBeGreaterThanOrEqual(s.keepTo);
          expect(s.length).toBeLessThanOrEqual(1824);
          next = s.keepTo;
        }
        expect(next).toBe(length);
      }),
    );
  });
});

describe("mirrored", () => {
  it("goes on beyond both ends as in a mirror", () => {
    expect([-3, -2, -1, 0, 1, 2, 3, 4, 5].map((i) => mirrored(i, 3))).toEqual([2, 1, 0, 0, 1, 2, 2, 1, 0]);
  });
});
