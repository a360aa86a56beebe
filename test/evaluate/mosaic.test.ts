import { describe, expect, test } from "vitest";
import { type Piece, seamError, stitch } from "../../src/evaluate/mosaic.js";
import { createPlane, cropPlane } from "../../src/train/plane.js";
import { noise } from "../train/support/planes.js";

describe("stitching", () => {
  const whole = noise(300, 280, 1, 1000, 100);
  const piece = (left: number, top: number): Piece => ({ left, top, plane: cropPlane(whole, left, top, 200, 190) });
  const pieces = [piece(0, 0), piece(100, 0), piece(0, 90), piece(100, 90)];

  test("gives back the field that the pieces were cut from, without seams", () => {
    const made = stitch(pieces, 300, 280);
    const worst = made.data.reduce((most, value, i) => Math.max(most, Math.abs(value - whole.data[i]!)), 0);
    expect(worst).toBeLessThan(0.01);
    expect(seamError(pieces)).toBe(0);
  });

  test("fades from one piece to the next, and tells how they differ", () => {
    const two = [
      { left: 0, top: 0, plane: createPlane(200, 10, 0) },
      { left: 100, top: 0, plane: createPlane(200, 10, 60) },
    ];
    const row = stitch(two, 300, 10).data.subarray(0, 300);
    expect(row[50]).toBe(0);
    expect(row[250]).toBe(60);
    expect(row[149]).toBeCloseTo(30, 0);
    for (let x = 1; x < 300; x++) expect(row[x]! - row[x - 1]!).toBeGreaterThanOrEqual(-1e-4);
    expect(seamError(two)).toBe(60);
  });
});
