import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { bufferAccess } from "../../src/frames/buffer-access.js";
import { nisTagsToCarry } from "../../src/frames/carry-tags.js";
import { decodeFrame } from "../../src/frames/decode.js";
import type { Frame } from "../../src/frames/frame.js";
import { readTiffStructure } from "../../src/frames/tiff-structure.js";
import { TAG } from "../../src/frames/tiff-tags.js";
import { tagReals, tagText, tagUint } from "../../src/frames/tiff-values.js";
import { encodeTiff, type TiffText } from "../../src/frames/tiff-writer.js";
import { buildTiff, doubleTag, patternFrame } from "../support/tiff-fixtures.js";

const TEXT: TiffText = { description: "refocusd=RECONSTRUCTED\nmodel=resunet-lite\n", software: "refocusd 0.1.0" };
const LIMITS = { maxPixels: 1e8 };

async function open(bytes: Buffer) {
  const file = bufferAccess(bytes);
  const reading = await readTiffStructure(file);
  if (reading.kind !== "ok") throw new Error(JSON.stringify(reading));
  const page = reading.value.pages[0]!;
  const source = { file, header: reading.value.header };
  return {
    page,
    pages: reading.value.pages.length,
    header: source.header,
    text: (id: number) => tagText(source, page, id, 4096),
    uint: (id: number) => tagUint(source, page, id),
    reals: (id: number) => tagReals(source, page, id),
  };
}

/** Puts the strips together by hand: a second reading that shares nothing with libvips. */
async function strips(bytes: Buffer): Promise<Buffer> {
  const { page } = await open(bytes);
  return Buffer.concat(
    [...page.offsets].map((offset, i) => bytes.subarray(offset, offset + (page.byteCounts[i] ?? 0))),
  );
}

describe("encodeTiff", () => {
  it.each([
    [1, 8],
    [1, 16],
    [3, 8],
    [3, 16],
  ] as const)("keeps %i channels of %i bits", async (channels, bits) => {
    const frame = patternFrame(301, 203, channels, bits);
    const bytes = encodeTiff(frame, TEXT);
    expect((await decodeFrame(bytes, "tiff", 0, LIMITS)).frame).toEqual(frame);
    expect(await strips(bytes)).toEqual(Buffer.from(frame.data.buffer));
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 301, height: 203, channels });
  });

  it("writes only the frame's part of a larger buffer", async () => {
    const data = Uint16Array.from({ length: 20 }, (_, i) => i).subarray(3, 15);
    const frame: Frame = { width: 4, height: 3, channels: 1, bitDepth: 16, data };
    expect((await decodeFrame(encodeTiff(frame, TEXT), "tiff", 0, LIMITS)).frame.data).toEqual(data);
  });

  it("puts the directory last, so that no cut file has one", async () => {
    const bytes = encodeTiff(patternFrame(64, 64), { ...TEXT, pixelSizeUm: 0.5 });
    const { page } = await open(bytes);
    expect(page.directory.end).toBe(bytes.length);
    expect(page.directory.offset % 2).toBe(0);
  });

  it("lists its tags in ascending order, as TIFF demands", async () => {
    const extraTags = [{ id: 300, type: 3, count: 1, data: Buffer.from([7, 0]) }];
    const { page } = await open(
      encodeTiff(patternFrame(8, 8), { ...TEXT, pixelSizeUm: 1, significantBits: 12, extraTags }),
    );
    const ids = [...page.tags.keys()];
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it("begins its description as ImageJ does and sets pixels per micron", async () => {
    const { text, uint, reals } = await open(encodeTiff(patternFrame(8, 8), { ...TEXT, pixelSizeUm: 0.1625 }));
    expect(await text(TAG.imageDescription)).toBe(`ImageJ=1.54\nunit=micron\n${TEXT.description}`);
    expect(await text(TAG.software)).toBe("refocusd 0.1.0");
    expect(1 / (await reals(TAG.xResolution))![0]!).toBeCloseTo(0.1625, 8);
    expect(await reals(TAG.yResolution)).toEqual(await reals(TAG.xResolution));
    expect(await uint(TAG.resolutionUnit)).toBe(1);
  });

  it("says nothing about a pixel size that is not known", async () => {
    const { page, text } = await open(encodeTiff(patternFrame(8, 8), TEXT));
    expect(await text(TAG.imageDescription)).toBe(`ImageJ=1.54\n${TEXT.description}`);
    expect(page.tags.has(TAG.xResolution)).toBe(false);
    expect(page.tags.has(TAG.maxSampleValue)).toBe(false);
  });

  it("gives back any pixel size", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.001, max: 5000, noNaN: true }), async (pixelSizeUm) => {
        const { facts } = await decodeFrame(
          encodeTiff(patternFrame(2, 2), { ...TEXT, pixelSizeUm }),
          "tiff",
          0,
          LIMITS,
        );
        expect(Math.abs(facts.pixelSizeUm! / pixelSizeUm - 1)).toBeLessThan(1e-4);
      }),
    );
  });

  it("keeps significant bits and letters beyond ASCII", async () => {
    const bytes = encodeTiff(patternFrame(8, 8), {
      ...TEXT,
      description: "objective=Plan Apo λ 10x\n",
      significantBits: 12,
    });
    const { facts } = await decodeFrame(bytes, "tiff", 0, LIMITS);
    expect(facts.significantBits).toBe(12);
    expect(facts.description).toContain("objective=Plan Apo λ 10x\n");
  });

  it("does not let an extra tag replace one of its own", async () => {
    const extraTags = [{ id: TAG.imageWidth, type: 3, count: 1, data: Buffer.from([1, 0]) }];
    const { page } = await open(encodeTiff(patternFrame(8, 8), { ...TEXT, extraTags }));
    expect(page.width).toBe(8);
  });

  it("refuses data that does not fit the size", () => {
    expect(() => encodeTiff({ ...patternFrame(8, 8), height: 9 }, TEXT)).toThrow(RangeError);
  });
});

describe("nisTagsToCarry", () => {
  const tags = { 65325: doubleTag(6115.87), 65326: doubleTag(0.65), 65329: doubleTag(1, -2, 199.9, 6115.87) };

  it.each([false, true])("carries time, pixel size and stage over (big-endian source: %s)", async (bigEndian) => {
    const source = buildTiff(patternFrame(8, 8), { bigEndian, tags });
    const extraTags = await nisTagsToCarry(source, 0);
    const { facts } = await decodeFrame(encodeTiff(patternFrame(8, 8), { ...TEXT, extraTags }), "tiff", 0, LIMITS);
    expect(facts).toMatchObject({ acquiredMs: 6115.87, pixelSizeUm: 0.65, stageUm: { x: 1, y: -2, z: 199.9 } });
  });

  it("finds none in other files", async () => {
    expect(await nisTagsToCarry(buildTiff(patternFrame(8, 8)), 0)).toEqual([]);
    expect(await nisTagsToCarry(Buffer.from("not a TIFF"), 0)).toEqual([]);
  });
});
