import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ringsOf, spectraOf } from "../../src/restore/spectra.js";
import { noise } from "../train/support/planes.js";

describe("spectra", () => {
  test("of a plane and itself are equal; what they have in common does not depend on which is which", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (one, two) => {
        const [a, b] = [noise(64, 64, one, 0, 1).data, noise(64, 64, two, 0, 1).data];
        const at = { left: 0, top: 0 };
        const same = spectraOf(a, a, 64, at, 64);
        const [ab, ba] = [spectraOf(a, b, 64, at, 64), spectraOf(b, a, 64, at, 64)];
        for (let k = 0; k < 32; k++) {
          expect(same.common[k]).toBeCloseTo(same.source[k]!, 1);
          expect(ab.common[k]).toBeCloseTo(ba.common[k]!, 1);
          expect(ab.source[k]).toBeCloseTo(ba.restored[k]!, 1);
          expect(Math.abs(ab.common[k]!)).toBeLessThanOrEqual(Math.sqrt(ab.source[k]! * ab.restored[k]!) + 0.1);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("take the piece that is asked for", () => {
    const wide = noise(200, 90, 5, 0, 1).data;
    const piece = Float32Array.from(
      { length: 64 * 64 },
      (_, k) => wide[(20 + Math.floor(k / 64)) * 200 + 100 + (k % 64)]!,
    );
    const cut = spectraOf(wide, wide, 200, { left: 100, top: 20 }, 64);
    expect(cut.source).toEqual(spectraOf(piece, piece, 64, { left: 0, top: 0 }, 64).source);
  });
});

test("rings hold every frequency below half a cycle per pixel once", () => {
  for (const side of [64, 96, 256]) {
    const { ring, members } = ringsOf(side);
    expect(members[0]).toBe(1);
    expect(members[1]).toBe(8);
    const inside = ring.filter((one) => one < side / 2).length;
    expect(members.reduce((sum, count) => sum + count, 0)).toBe(inside);
  }
});
