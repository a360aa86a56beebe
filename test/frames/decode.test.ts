import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeFrame } from "../../src/frames/decode.js";
import type { Frame } from "../../src/frames/frame.js";
import { encodeTiff } from "../../src/frames/tiff-writer.js";
import {
  buildTiff,
  longTag,
  patternFrame,
  shortTag,
  type TagValue,
  type TiffLayout,
  truncated,
} from "../support/tiff-fixtures.js";

const LIMITS = { maxPixels: 1_000_000 };

const decodeTiff = (bytes: Buffer, page = 0) => decodeFrame(bytes, "tiff", page, LIMITS);

const KINDS = [
  [1, 8],
  [1, 16],
  [3, 8],
  [3, 16],
] as const;

const LAYOUTS: readonly TiffLayout[] = [
  {},
  { directory: "first" },
  { bigEndian: true },
  { big: true },
  { big: true, bigEndian: true, directory: "first" },
  { tile: 16 },
  { deflate: true },
  { tile: 32, deflate: true, directory: "first" },
  { rowsPerStrip: 1 },
  { planar: true },
];

describe("decodeFrame", () => {
  describe.each(KINDS)("%i channels of %i bits", (channels, bits) => {
    const frame = patternFrame(53, 37, channels, bits);

    it.each(LAYOUTS)("gives exact pixels of a TIFF in layout %j", async (layout) => {
      const decoded = await decodeTiff(buildTiff(frame, layout));
      expect(decoded.frame).toEqual(frame);
      expect(decoded.facts).toEqual({ width: 53, height: 37, channels, bitDepth: bits });
    });

    it("gives exact pixels of the project's own TIFF", async () => {
      const bytes = encodeTiff(frame, { description: "", software: "test" });
      expect((await decodeTiff(bytes)).frame).toEqual(frame);
    });

    it("gives exact pixels of a PNG", async () => {
      expect((await decodeFrame(await png(frame), "png", 0, LIMITS)).frame).toEqual(frame);
    });
  });

  it("gives exact pixels of frames of any size", async () => {
    const size = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(size, size, fc.constantFrom(...KINDS), fc.constantFrom(...LAYOUTS), fc.nat(), async (...c) => {
        const [width, height, [channels, bits], layout, seed] = c;
        const frame = patternFrame(width, height, channels, bits, seed);
        expect((await decodeTiff(buildTiff(frame, layout))).frame).toEqual(frame);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the extremes of 16 bits", async () => {
    const frame: Frame = { width: 4, height: 1, channels: 1, bitDepth: 16, data: Uint16Array.of(0, 1, 32_768, 65_535) };
    expect((await decodeTiff(buildTiff(frame))).frame).toEqual(frame);
  });

  it("does not scale 12-bit counts in a 16-bit file", async () => {
    const frame: Frame = { width: 2, height: 2, channels: 1, bitDepth: 16, data: Uint16Array.of(0, 7, 2048, 4095) };
    const { frame: decoded, facts } = await decodeTiff(buildTiff(frame, { tags: { 281: shortTag(4095) } }));
    expect(decoded).toEqual(frame);
    expect(facts.significantBits).toBe(12);
  });

  it("decodes each page of a stack", async () => {
    const frames = [patternFrame(9, 7, 1, 16, 1), patternFrame(9, 7, 1, 16, 2), patternFrame(20, 5, 3, 8, 3)];
    const bytes = buildTiff(frames);
    for (const [page, frame] of frames.entries()) expect((await decodeTiff(bytes, page)).frame).toEqual(frame);
    await expect(decodeTiff(bytes, 3)).rejects.toMatchObject({ code: "RF_DECODE_FAILED" });
  });

  it("leaves pixels where they are when the file has an orientation", async () => {
    const frame = patternFrame(9, 7);
    expect((await decodeTiff(buildTiff(frame, { tags: { 274: shortTag(6) } }))).frame).toEqual(frame);
  });

  it("does not apply a colour profile", async () => {
    const frame = patternFrame(16, 16, 3, 8);
    const bytes = await sharp(frame.data, { raw: frame }).withIccProfile("p3").png().toBuffer();
    const plain = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    const decoded = await decodeFrame(bytes, "png", 0, LIMITS);
    expect(Buffer.from(decoded.frame.data)).toEqual(plain);
  });

  it.each([1, 3] as const)("decodes a JPEG of %i channels", async (channels) => {
    const flat: Frame = {
      width: 24,
      height: 16,
      channels,
      bitDepth: 8,
      data: new Uint8Array(24 * 16 * channels).fill(90),
    };
    const image = sharp(flat.data, { raw: flat }).toColourspace(channels === 1 ? "b-w" : "srgb");
    expect((await decodeFrame(await image.jpeg().toBuffer(), "jpeg", 0, LIMITS)).frame).toEqual(flat);
  });

  it("decodes a JPEG-compressed TIFF", async () => {
    const flat: Frame = { width: 32, height: 32, channels: 3, bitDepth: 8, data: new Uint8Array(32 * 32 * 3).fill(90) };
    const bytes = await sharp(flat.data, { raw: flat }).tiff({ compression: "jpeg" }).toBuffer();
    expect((await decodeTiff(bytes)).frame).toEqual(flat);
  });
});

describe("decodeFrame refuses what it cannot read exactly", () => {
  const mono16 = patternFrame(16, 16);
  const tag = (id: number, value: TagValue) => ({ tags: { [id]: value } });

  it.each([
    ["a palette without colours", buildTiff(patternFrame(16, 16, 1, 8), tag(262, shortTag(3)))],
    ["uint64", buildTiff(mono16, { tags: { 258: shortTag(64), 256: longTag(4) } })],
    ["signed 12 bits", buildTiff(mono16, { tags: { 258: shortTag(12), 339: shortTag(2) } })],
    ["complex values", buildTiff(mono16, { tags: { 258: shortTag(32), 256: longTag(8), 339: shortTag(5) } })],
    ["float predictor of integers", buildTiff(mono16, { tags: { 262: shortTag(0), 317: shortTag(3) } })],
    ["no photometric", buildTiff(mono16, { tags: { 262: undefined } })],
    ["two channels", buildTiff(mono16, { tags: { 256: longTag(8), 277: shortTag(2), 258: shortTag(16, 16) } })],
    ["CMYK", buildTiff(mono16, { tags: { 262: shortTag(5), 277: shortTag(4), 256: longTag(4) } })],
    ["uneven samples", buildTiff(patternFrame(16, 16, 3, 8), tag(258, shortTag(8, 8, 4)))],
    ["CIE Lab", buildTiff(patternFrame(16, 16, 3, 8), tag(262, shortTag(8)))],
    ["uncompressed YCbCr", buildTiff(patternFrame(16, 16, 3, 8), tag(262, shortTag(6)))],
    ["an unknown compression", buildTiff(mono16, tag(259, shortTag(34_712)))],
  ])("%s in a TIFF", async (_what, bytes) => {
    await expect(decodeTiff(bytes)).rejects.toMatchObject({ code: "RF_UNSUPPORTED_PIXELS" });
  });

  const rgb = sharp(patternFrame(16, 16, 3, 8).data, { raw: { width: 16, height: 16, channels: 3 } });
  const grey = sharp(patternFrame(16, 16, 1, 8).data, { raw: { width: 16, height: 16, channels: 1 } });

  it.each([
    ["transparency", () => rgb.clone().ensureAlpha(0.5).png()],
    ["mono with transparency", () => grey.clone().toColourspace("b-w").ensureAlpha(0.5).png()],
    ["a palette", () => rgb.clone().png({ palette: true })],
    ["a palette of few colours", () => grey.clone().png({ palette: true, colours: 2 })],
  ])("%s in a PNG", async (_what, image) => {
    await expect(decodeFrame(await image().toBuffer(), "png", 0, LIMITS)).rejects.toMatchObject({
      code: "RF_UNSUPPORTED_PIXELS",
    });
  });

  it("CMYK in a JPEG", async () => {
    const bytes = await rgb.clone().toColourspace("cmyk").jpeg().toBuffer();
    await expect(decodeFrame(bytes, "jpeg", 0, LIMITS)).rejects.toMatchObject({ code: "RF_UNSUPPORTED_PIXELS" });
  });
});

describe("decodeFrame finds damage", () => {
  const whole = buildTiff(patternFrame(64, 64), { directory: "first", deflate: true });

  it.each([0, 4, 8, 100, whole.length - 1])("in a TIFF cut at %i", async (length) => {
    await expect(decodeTiff(truncated(whole, length))).rejects.toMatchObject({ code: "RF_DECODE_FAILED" });
  });

  it("in compressed data", async () => {
    const bytes = Buffer.from(whole);
    bytes.fill(0x55, bytes.length - 200, bytes.length - 100);
    await expect(decodeTiff(bytes)).rejects.toMatchObject({ code: "RF_DECODE_FAILED" });
  });

  it("in a strip that was never written, of which libvips makes pixels", async () => {
    const bytes = buildTiff(patternFrame(8, 12), { tags: { 273: longTag(8, 0, 136) } });
    await expect(decodeTiff(bytes)).rejects.toMatchObject({ code: "RF_DECODE_FAILED" });
  });

  it.each(["png", "jpeg"] as const)("in a %s that is cut", async (type) => {
    const bytes = await sharp(patternFrame(64, 64, 3, 8).data, { raw: { width: 64, height: 64, channels: 3 } })
      .toFormat(type)
      .toBuffer();
    await expect(decodeFrame(truncated(bytes, bytes.length / 2), type, 0, LIMITS)).rejects.toMatchObject({
      code: "RF_DECODE_FAILED",
    });
    await expect(decodeFrame(bytes, type, 1, LIMITS)).rejects.toMatchObject({ code: "RF_DECODE_FAILED" });
  });

  it("never by anything but a coded error, whatever the bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, value) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        const outcome = await decodeTiff(bytes).then(
          () => "pixels",
          (error: { code?: string }) => error.code ?? String(error),
        );
        expect(outcome).toMatch(/^(pixels|RF_UNSUPPORTED_PIXELS|RF_DECODE_FAILED|RF_FRAME_TOO_LARGE)$/);
      }),
      { numRuns: 300 },
    );
  });
});

describe("decodeFrame checks the size before it decodes", () => {
  it("of a TIFF that only claims to be large", async () => {
    const bytes = buildTiff(patternFrame(16, 16), {
      tags: { 256: longTag(30_000), 257: longTag(30_000), 259: shortTag(8) },
    });
    await expect(decodeTiff(bytes)).rejects.toMatchObject({ code: "RF_FRAME_TOO_LARGE" });
  });

  it("of a PNG", async () => {
    const bytes = await png(patternFrame(64, 64, 1, 8));
    await expect(decodeFrame(bytes, "png", 0, { maxPixels: 64 * 64 - 1 })).rejects.toMatchObject({
      code: "RF_FRAME_TOO_LARGE",
    });
    await expect(decodeFrame(bytes, "png", 0, { maxPixels: 64 * 64 })).resolves.toBeDefined();
  });

  it("of tiles larger than the image", async () => {
    const bytes = buildTiff(patternFrame(16, 16), {
      tile: 16,
      tags: { 322: longTag(65_536), 323: longTag(65_536), 259: shortTag(8) },
    });
    await expect(decodeTiff(bytes)).rejects.toMatchObject({ code: "RF_FRAME_TOO_LARGE" });
  });
});

function png(frame: Frame): Promise<Buffer> {
  const space = frame.bitDepth === 8 ? { 1: "b-w", 3: "srgb" } : { 1: "grey16", 3: "rgb16" };
  const { width, height, channels } = frame;
  return sharp(frame.data, { raw: { width, height, channels } }).toColourspace(space[channels]).png().toBuffer();
}
