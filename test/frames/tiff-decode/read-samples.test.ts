import { createDeflate, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeFrame } from "../../../src/frames/decode.js";
import type { PixelData } from "../../../src/frames/frame.js";
import { buildTiff, longTag, patternFrame, shortTag, type TagValue } from "../../support/tiff-fixtures.js";

const LIMITS = { maxPixels: 1_000_000 };
const decode = (bytes: Buffer) => decodeFrame(bytes, "tiff", 0, LIMITS);

/** A mono TIFF of one row in one strip whose bytes are `strip`. */
function rowTiff(width: number, bits: number, strip: Uint8Array, tags: Record<number, TagValue> = {}): Buffer {
  const carrier = { width: strip.length, height: 1, channels: 1, bitDepth: 8, data: strip } as const;
  return buildTiff(carrier, { tags: { 256: longTag(width), 258: shortTag(bits), ...tags } });
}

const bytesOf = (values: PixelData) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

describe("numbers of whole bytes", () => {
  it.each([
    ["int8", 8, 2, Int8Array.of(-128, -1, 0, 127)],
    ["int16", 16, 2, Int16Array.of(-32_768, -1, 0, 32_767)],
    ["int32", 32, 2, Int32Array.of(-(2 ** 31), -1, 0, 2 ** 31 - 1)],
    ["uint32", 32, 1, Uint32Array.of(0, 1, 65_536, 2 ** 32 - 1)],
    ["float32", 32, 3, Float32Array.of(-1.5, 0, 1e-30, 3.25)],
    ["float64", 64, 3, Float64Array.of(-1.5, 0, 1e-300, Math.PI)],
  ] as const)("%s keep their value and type", async (_name, bits, format, values) => {
    const { frame } = await decode(rowTiff(4, bits, bytesOf(values), { 339: shortTag(format) }));
    expect(frame.data).toEqual(values);
  });

  it("of big-endian files", async () => {
    const carrier = { width: 2, height: 1, channels: 1, bitDepth: 16, data: Uint16Array.of(0xffff, 0x8000) } as const;
    const { frame } = await decode(buildTiff(carrier, { bigEndian: true, tags: { 339: shortTag(2) } }));
    expect(frame.data).toEqual(Int16Array.of(-1, -32_768));
  });

  it("half floats are widened", async () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x7e00);
    const { frame } = await decode(rowTiff(6, 16, bytesOf(halves), { 339: shortTag(3) }));
    expect(frame).toMatchObject({ bitDepth: 32, sampleFormat: "float" });
    expect([...frame.data]).toEqual([1, -2, 65_504, 2 ** -24, Number.POSITIVE_INFINITY, Number.NaN]);
  });
});

describe("packed bits", () => {
  it.each([
    [1, [1, 0, 1, 1, 0, 0, 1, 0], [0b1011_0010]],
    [4, [1, 15, 2, 7], [0x1f, 0x27]],
    [10, [1, 1023, 512, 3], [0x00, 0x7f, 0xf8, 0x00, 0x03]],
    [12, [0xabc, 0x123], [0xab, 0xc1, 0x23]],
    [14, [0x3fff, 1], [0xff, 0xfc, 0x00, 0x10]],
    [24, [0x010203, 0xfffefd], [1, 2, 3, 255, 254, 253]],
    [31, [2 ** 31 - 1, 1], [255, 255, 255, 254, 0, 0, 0, 4]],
  ])("of %i are spread, highest bit first", async (bits, values, strip) => {
    const { frame, facts } = await decode(rowTiff(values.length, bits, Uint8Array.from(strip)));
    expect([...frame.data]).toEqual(values);
    expect(facts.significantBits).toBe(bits);
  });

  it("with fill order 2 are read from the low end of each byte", async () => {
    const { frame } = await decode(rowTiff(2, 4, Uint8Array.of(0b0100_1000), { 266: shortTag(2) }));
    expect([...frame.data]).toEqual([1, 2]);
  });
});

describe("meaning of values", () => {
  it("MinIsWhite keeps the stored values and says so", async () => {
    const source = patternFrame(20, 9);
    const { frame, facts } = await decode(buildTiff(source, { tags: { 262: shortTag(0) } }));
    expect(frame).toEqual({ ...source, whiteIsZero: true });
    expect(facts.whiteIsZero).toBe(true);
  });

  const indices = { width: 4, height: 1, channels: 1, bitDepth: 8, data: Uint8Array.of(1, 2, 3, 200) } as const;
  const palette = (colour: (i: number) => number[]) => {
    const all = Array.from({ length: 256 }, (_, i) => colour(i));
    return shortTag(...[0, 1, 2].flatMap((c) => all.map((rgb) => rgb[c]! * 257)));
  };

  it("a palette that only tints leaves the index", async () => {
    const tags = { 262: shortTag(3), 320: palette((i) => [0, i, 0]) };
    const { frame, facts } = await decode(buildTiff(indices, { tags }));
    expect(frame).toEqual(indices);
    expect(facts.palette).toBe("index");
  });

  it("any other palette gives its colours", async () => {
    const tags = { 262: shortTag(3), 320: palette((i) => [(i * 37) % 256, 255 - i, 7]) };
    const { frame, facts } = await decode(buildTiff(indices, { tags }));
    expect(frame).toMatchObject({ channels: 3, bitDepth: 8 });
    expect([...frame.data]).toEqual([37, 254, 7, 74, 253, 7, 111, 252, 7, 232, 55, 7]);
    expect(facts.palette).toBe("colours");
  });

  it("transparency is passed over", async () => {
    const carrier = {
      width: 8,
      height: 1,
      channels: 1,
      bitDepth: 8,
      data: Uint8Array.of(1, 2, 3, 9, 4, 5, 6, 9),
    } as const;
    const tags = { 256: longTag(2), 262: shortTag(2), 277: shortTag(4), 258: shortTag(8, 8, 8, 8), 338: shortTag(2) };
    const { frame, facts } = await decode(buildTiff(carrier, { tags }));
    expect(frame).toMatchObject({ width: 2, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    expect(facts.samplesIgnored).toBe(1);
  });
});

describe("what a strip may cost", () => {
  const signed = { 339: shortTag(2), 259: shortTag(8) };

  it("horizontal differences are summed", async () => {
    const tags = { ...signed, 317: shortTag(2) };
    const { frame } = await decode(rowTiff(3, 16, deflateSync(bytesOf(Int16Array.of(5, -7, 2))), tags));
    expect([...frame.data]).toEqual([5, -2, 0]);
  });

  it("a strip that inflates to more than its pixels is refused before it fills the memory", async () => {
    const bomb = await new Promise<Buffer>((resolve) => {
      const deflate = createDeflate({ level: 9 });
      const parts: Buffer[] = [];
      deflate.on("data", (part: Buffer) => parts.push(part)).on("end", () => resolve(Buffer.concat(parts)));
      for (let i = 0; i < 16; i++) deflate.write(Buffer.alloc(1 << 22));
      deflate.end();
    });
    await expect(decode(rowTiff(16, 8, bomb, signed))).rejects.toMatchObject({
      code: "RF_DECODE_FAILED",
      detail: expect.stringContaining("more than 16 bytes") as string,
    });
  });

  it("too little data is damage", async () => {
    await expect(decode(rowTiff(16, 8, deflateSync(Buffer.alloc(15)), signed))).rejects.toMatchObject({
      code: "RF_DECODE_FAILED",
    });
  });

  it("bytes per pixel count: a frame of 64-bit floats may have fewer pixels", async () => {
    const bytes = rowTiff(8, 64, new Uint8Array(64).fill(1), {
      339: shortTag(3),
      277: shortTag(3),
      258: shortTag(64, 64, 64),
      262: shortTag(2),
      256: longTag(2),
    });
    await expect(decodeFrame(bytes, "tiff", 0, { maxPixels: 2 })).rejects.toMatchObject({ code: "RF_FRAME_TOO_LARGE" });
  });

  it("tiles that together hold far more than the image are refused", async () => {
    const bytes = buildTiff(patternFrame(16, 16), {
      tile: 16,
      tags: { 256: longTag(1), 257: longTag(900_000), 322: longTag(64), 323: longTag(16), 339: shortTag(2) },
    });
    await expect(decode(bytes)).rejects.toMatchObject({ code: "RF_FRAME_TOO_LARGE" });
  });
});
