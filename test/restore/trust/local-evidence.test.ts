import { describe, expect, test } from "vitest";
import type { LoadedNetwork } from "../../../src/engines/engine.js";
import type { Frame } from "../../../src/frames/frame.js";
import type { Restored } from "../../../src/restore/restore-frame.js";
import { evidenceFor } from "../../../src/restore/trust/estimate-trust.js";
import { noise } from "../../train/support/planes.js";

const SIDE = 512;

function frame(): Frame {
  const { data } = noise(SIDE, SIDE, 7, 1000, 100);
  return { width: SIDE, height: SIDE, channels: 1, bitDepth: 16, data: Uint16Array.from(data) };
}

const asItIs: LoadedNetwork = { run: async (input) => input, dispose: async () => {} };

/** The lower right quarter of a frame is replaced by something that was never there. */
function spoilt(source: Frame): Restored {
  const data = Uint16Array.from(source.data);
  const other = noise(SIDE, SIDE, 99, 1000, 100).data;
  for (let y = SIDE / 2; y < SIDE; y++) for (let x = SIDE / 2; x < SIDE; x++) data[y * SIDE + x] = other[y * SIDE + x]!;
  const frame: Frame = { ...source, bitDepth: 16, data };
  return { frame, byNetwork: frame, optics: [undefined], guides: [undefined], heldBy: null, gains: [undefined] };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("where the evidence lies", () => {
  test("both terms point at the part that was made up, and at no other", async () => {
    const source = frame();
    // The network leaves the frame as it is, so the second pass differs from this "reconstruction" where it was spoilt.
    const { local } = (await evidenceFor(source, spoilt(source), asItIs, { isLocal: true }))!;
    const { values, rows, columns, side } = local!.disagreement;
    expect([rows, columns, side]).toEqual([8, 8, 64]);
    values.forEach((value, k) => {
      const isSpoilt = k % columns >= 4 && Math.floor(k / columns) >= 4;
      if (isSpoilt) expect(value).toBeGreaterThan(1.5);
      else expect(value).toBe(0);
    });
    const [a, b, c, d] = local!.unexplained.pieces.map(({ share }) => share) as [number, number, number, number];
    expect(Math.max(a, b, c)).toBeLessThan(0.1 * d);
  });

  test("the means over the frame are the frame's own figures, which do not change by being asked for", async () => {
    const source = frame();
    const plain = await evidenceFor(source, spoilt(source), asItIs);
    const { local, ...rest } = (await evidenceFor(source, spoilt(source), asItIs, { isLocal: true }))!;
    expect(rest).toEqual(plain);
    expect(mean(local!.disagreement.values)).toBeCloseTo(rest.disagreement, 6);
    expect(mean(local!.unexplained.pieces.map(({ share }) => share))).toBeCloseTo(rest.unexplained, 6);
  });
});
