import { describe, expect, it } from "vitest";
import { bufferAccess } from "../../src/frames/buffer-access.js";
import { readTiffPage, readTiffStructure, type TiffPage, visitTiffPages } from "../../src/frames/tiff-structure.js";
import { buildTiff, longTag, patternFrame, shortTag, type TiffLayout } from "../support/tiff-fixtures.js";

async function pagesOf(bytes: Buffer): Promise<readonly TiffPage[]> {
  const reading = await readTiffStructure(bufferAccess(bytes));
  if (reading.kind !== "ok") throw new Error(JSON.stringify(reading));
  return reading.value.pages;
}

const LAYOUTS: readonly TiffLayout[] = [
  {},
  { bigEndian: true },
  { big: true },
  { big: true, bigEndian: true },
  { directory: "first" },
  { tile: 16 },
];

describe("readTiffStructure", () => {
  it.each(LAYOUTS)("reads %j", async (layout) => {
    const [page, ...others] = await pagesOf(buildTiff(patternFrame(40, 30, 3, 8), layout));
    expect(others).toEqual([]);
    expect(page).toMatchObject({
      width: 40,
      height: 30,
      samplesPerPixel: 3,
      bitsPerSample: [8, 8, 8],
      sampleFormat: [1],
      compression: 1,
      photometric: 2,
      tiled: layout.tile !== undefined,
      segmentHeight: layout.tile ?? 10,
    });
    expect(page?.offsets).toHaveLength(layout.tile ? 6 : 3);
  });

  it("follows the chain of pages and reads one of them by its number", async () => {
    const bytes = buildTiff([patternFrame(8, 8), patternFrame(16, 8), patternFrame(24, 8)]);
    expect((await pagesOf(bytes)).map((page) => page.width)).toEqual([8, 16, 24]);
    expect(await readTiffPage(bufferAccess(bytes), 2)).toMatchObject({
      kind: "ok",
      value: { page: { width: 24 }, first: { width: 8 } },
    });
    expect(await readTiffPage(bufferAccess(bytes), 3)).toMatchObject({ kind: "damaged" });
  });

  it("takes a missing RowsPerStrip as one strip", async () => {
    const [page] = await pagesOf(buildTiff(patternFrame(8, 9), { rowsPerStrip: 9, tags: { 278: undefined } }));
    expect(page?.segmentHeight).toBe(9);
  });

  it("stops at a loop", async () => {
    const bytes = buildTiff(patternFrame(8, 8));
    bytes.writeUInt32LE(bytes.readUInt32LE(4), bytes.length - 4);
    expect(await readTiffStructure(bufferAccess(bytes))).toMatchObject({ kind: "damaged", why: /loop/ });
  });

  it("stops at too many pages", async () => {
    const bytes = buildTiff([patternFrame(8, 8), patternFrame(8, 8), patternFrame(8, 8)]);
    expect(await readTiffStructure(bufferAccess(bytes), 2)).toMatchObject({ kind: "unsupported" });
    expect(await readTiffStructure(bufferAccess(bytes), 3)).toMatchObject({ kind: "ok" });
  });

  it("refuses data that is read as a directory", async () => {
    const bytes = buildTiff(patternFrame(100, 100));
    bytes.writeUInt32LE(9, 4);
    expect((await readTiffStructure(bufferAccess(bytes))).kind).not.toBe("ok");
  });

  it("bounds a list that claims to be endless", async () => {
    const bytes = buildTiff(patternFrame(8, 8), { rowsPerStrip: 8, tags: { 273: longTag(8), 279: longTag(128) } });
    const at = bytes.indexOf(Buffer.from([0x11, 0x01, 4, 0, 1, 0, 0, 0]));
    bytes.writeUInt32LE(0xffff_ffff, at + 4);
    expect(await readTiffStructure(bufferAccess(bytes))).toMatchObject({ kind: "incomplete" });
  });

  it("bounds what pages that share one list can cost", async () => {
    // 40 pages that all list the same 2^20 strips: 13 MB of file, 640 MB of lists.
    const strips = 1 << 20;
    const list = (value: number) => ({ type: "long", values: Array<number>(strips).fill(value) }) as const;
    const one = buildTiff(patternFrame(8, 8), { tags: { 273: list(8), 279: list(1) } });
    const start = one.readUInt32LE(4);
    const directory = one.subarray(start);
    const copies = Array.from({ length: 40 }, (_, i) => {
      const copy = Buffer.from(directory);
      copy.writeUInt32LE(i === 39 ? 0 : one.length + (i + 1) * directory.length, directory.length - 4);
      return copy;
    });
    const bytes = Buffer.concat([one, ...copies]);
    bytes.writeUInt32LE(one.length, 4);
    let visited = 0;
    expect(await visitTiffPages(bufferAccess(bytes), () => void visited++)).toMatchObject({ kind: "unsupported" });
    expect(visited).toBeLessThan(40);
  });

  it.each([256, 257])("finds damage when the size's tag %i is missing", async (tag) => {
    const bytes = buildTiff(patternFrame(8, 8), { tags: { [tag]: undefined } });
    expect(await readTiffStructure(bufferAccess(bytes))).toMatchObject({ kind: "damaged" });
  });

  it("does not take text for numbers", async () => {
    const [page] = await pagesOf(buildTiff(patternFrame(8, 8), { tags: { 259: { type: "ascii", values: [55, 0] } } }));
    expect(page?.compression).toBe(1);
  });

  it("reads short offsets", async () => {
    const [page] = await pagesOf(buildTiff(patternFrame(8, 8), { rowsPerStrip: 8, tags: { 273: shortTag(8) } }));
    expect([...(page?.offsets ?? [])]).toEqual([8]);
  });
});
