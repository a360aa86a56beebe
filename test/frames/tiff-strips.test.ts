import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame } from "../../src/frames/decode.js";
import type { Frame } from "../../src/frames/frame.js";
import { encodeStrips } from "../../src/frames/tiff-strips.js";
import { encodeTiff } from "../../src/frames/tiff-writer.js";
import { patternFrame } from "../support/tiff-fixtures.js";

const LIMITS = { maxPixels: 1e6 };

describe("encodeStrips", () => {
  it.each([
    [1, 8],
    [1, 16],
    [3, 8],
    [3, 16],
  ] as const)("packs %i channels of %i bits so that they come back", async (channels, bits) => {
    const frame = patternFrame(301, 203, channels, bits);
    const bytes = encodeTiff(frame, { description: "", software: "", compression: "deflate" });
    expect((await decodeFrame(bytes, "tiff", 0, LIMITS)).frame).toEqual(frame);
    expect(encodeTiff(frame, { description: "", software: "", compression: "deflate" })).toEqual(bytes);
  });

  it("gives back floats, NaN and infinities among them", async () => {
    const data = Float32Array.from([0.1, -1e30, Number.NaN, Number.POSITIVE_INFINITY, -0, 5]);
    const frame: Frame = { width: 3, height: 2, channels: 1, bitDepth: 32, sampleFormat: "float", data };
    const bytes = encodeTiff(frame, { description: "", software: "", compression: "deflate" });
    expect((await decodeFrame(bytes, "tiff", 0, LIMITS)).frame).toEqual(frame);
  });

  it("holds every byte of the frame once, whatever its size", () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 400 }));
    fc.assert(
      fc.property(sizes, ([width, height]) => {
        const frame = patternFrame(width, height, 1, 16);
        const { strips, rowsPerStrip } = encodeStrips(frame, "deflate");
        expect(strips).toHaveLength(Math.ceil(height / rowsPerStrip));
        const all = Buffer.concat(strips.map((strip) => inflateSync(strip)));
        expect(all.equals(Buffer.from(frame.data.buffer))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
