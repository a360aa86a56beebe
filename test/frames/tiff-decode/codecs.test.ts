import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { bufferAccess } from "../../../src/frames/buffer-access.js";
import { unpackLzw } from "../../../src/frames/tiff-decode/lzw.js";
import { unpackPackBits } from "../../../src/frames/tiff-decode/packbits.js";
import { undoFloatingPoint, undoHorizontal } from "../../../src/frames/tiff-decode/predictor.js";
import { readTiffPage } from "../../../src/frames/tiff-structure.js";

/** The one strip that libtiff makes of a mono 8-bit row. */
async function stripByLibtiff(data: Uint8Array, compression: "lzw" | "packbits"): Promise<Buffer> {
  const image = sharp(data, { raw: { width: data.length, height: 1, channels: 1 } }).toColourspace("b-w");
  const bytes = await image.tiff({ compression, predictor: "none" }).toBuffer();
  const reading = await readTiffPage(bufferAccess(bytes), 0);
  if (reading.kind !== "ok") throw new Error(reading.kind);
  const { offsets, byteCounts } = reading.value.page;
  return bytes.subarray(offsets[0]!, offsets[0]! + byteCounts[0]!);
}

/** Of few values, so that there is something to compress, and long enough for every code width. */
const rows = fc.uint8Array({ min: 0, max: 3, minLength: 1, maxLength: 20_000 });

describe.each([
  ["lzw", unpackLzw],
  ["packbits", unpackPackBits],
] as const)("%s", (compression, unpack) => {
  it("gives back what libtiff compressed", async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (data) => {
        expect(unpack(await stripByLibtiff(data, compression), data.length)).toEqual(data);
      }),
      { numRuns: 30 },
    );
  });

  it("ends at the length that is asked for and fails below it, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(5000), (bytes, length) => {
        try {
          expect(unpack(bytes, length)).toHaveLength(length);
        } catch (error) {
          expect(error).toMatchObject({ problem: { kind: "damaged" } });
        }
      }),
    );
  });
});

it("LZW of before 1988 is read from the low bits", () => {
  // Clear, 7, 8, End in 9 bits each.
  const codes = [256, 7, 8, 257];
  const bits = codes.flatMap((code) => Array.from({ length: 9 }, (_, i) => (code >> i) & 1));
  const bytes = new Uint8Array(5);
  for (const [i, bit] of bits.entries()) bytes[i >> 3]! |= bit << (i & 7);
  expect([...unpackLzw(bytes, 2)]).toEqual([7, 8]);
});

it("horizontal sums wrap at the width of a value", () => {
  const twelve = Uint16Array.of(4095, 2, 4095);
  undoHorizontal(twelve, 1, 12);
  expect([...twelve]).toEqual([4095, 1, 0]);
  const long = BigUint64Array.of(2n ** 64n - 1n, 2n);
  undoHorizontal(long, 1, 64);
  expect([...long]).toEqual([2n ** 64n - 1n, 1n]);
});

it("the floating-point predictor's byte planes come together", () => {
  // Values 0x0102 and 0x0304: planes 01 03 | 02 04, as differences.
  expect([...undoFloatingPoint(Uint8Array.of(1, 2, 255, 2), 1, 2)]).toEqual([1, 2, 3, 4]);
});
