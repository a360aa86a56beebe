import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bufferAccess } from "../../../src/frames/buffer-access.js";
import { checkContainer } from "../../../src/watch/containers/index.js";
import {
  buildTiff,
  ifdFirstTiff,
  ifdLastTiff,
  libtiffInProgress,
  longTag,
  patternFrame,
  preAllocated,
  type TiffLayout,
  truncated,
} from "../../support/tiff-fixtures.js";

const check = (bytes: Buffer) => checkContainer(bufferAccess(bytes), "frame.tif");

const FRAME = patternFrame(20, 30);
const LAYOUTS: ReadonlyArray<readonly [name: string, layout: TiffLayout]> = [
  ["directory last", {}],
  ["directory first", { directory: "first" }],
  ["big-endian", { bigEndian: true, directory: "first" }],
  ["BigTIFF, directory last", { big: true }],
  ["BigTIFF, directory first", { big: true, directory: "first" }],
  ["tiles, directory last", { tile: 16 }],
  ["tiles, directory first", { tile: 16, directory: "first" }],
  ["Deflate, directory first", { deflate: true, directory: "first" }],
];

describe("checkContainer of a TIFF", () => {
  it.each(LAYOUTS)("finds a whole file complete: %s", async (_name, layout) => {
    expect(await check(buildTiff(FRAME, layout))).toEqual({ kind: "complete", type: "tiff", pages: 1 });
  });

  it.each(LAYOUTS)("counts pages: %s", async (_name, layout) => {
    expect(await check(buildTiff([FRAME, FRAME, FRAME], layout))).toEqual({ kind: "complete", type: "tiff", pages: 3 });
  });

  it.each(LAYOUTS)("waits for every strict prefix: %s", async (_name, layout) => {
    for (const whole of [buildTiff(FRAME, layout), buildTiff([patternFrame(6, 5), patternFrame(4, 3, 3, 8)], layout)]) {
      for (let length = 0; length < whole.length; length++) {
        expect((await check(truncated(whole, length))).kind, `at ${length}`).toBe("incomplete");
      }
    }
  });

  it("waits for every strict prefix of frames of any size and layout", async () => {
    const size = fc.integer({ min: 1, max: 60 });
    const page = fc.tuple(size, size, fc.constantFrom<1 | 3>(1, 3), fc.constantFrom<8 | 16>(8, 16), fc.nat());
    const layout = fc.record({
      directory: fc.constantFrom<"first" | "last">("first", "last"),
      big: fc.boolean(),
      bigEndian: fc.boolean(),
      deflate: fc.boolean(),
      planar: fc.boolean(),
      rowsPerStrip: fc.integer({ min: 1, max: 60 }),
      tags: fc.constant({}),
    });
    const anyLayout = fc.oneof(
      layout,
      layout.map((one) => ({ ...one, tile: 16 })),
    );
    const pages = fc.array(page, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        pages,
        anyLayout,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (...c) => {
          const [sizes, chosen, share] = c;
          const whole = buildTiff(
            sizes.map((one) => patternFrame(...one)),
            chosen,
          );
          expect((await check(whole)).kind).toBe("complete");
          for (const length of [Math.floor(share * whole.length), whole.length - 1]) {
            expect((await check(truncated(whole, length))).kind, `at ${length} of ${whole.length}`).toBe("incomplete");
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(LAYOUTS)("never takes pre-allocated space for a complete file: %s", async (_name, layout) => {
    const whole = buildTiff(patternFrame(60, 50), layout);
    // Blocks of 512 bytes and more are what writers leave unwritten.
    for (let written = 0; written <= whole.length - 512; written += 37) {
      expect((await check(preAllocated(whole, written))).kind, `at ${written}`).not.toBe("complete");
    }
  });

  it("suspects zeros at the end where the directory comes first, and says what the file would be", async () => {
    const whole = ifdFirstTiff(patternFrame(200, 150));
    expect(await check(preAllocated(whole, whole.length - 1000))).toEqual({
      kind: "incomplete",
      why: "the last 512 bytes are zeros: black pixels, or space that is still to be written",
      suspicious: "zero-tail",
      type: "tiff",
      pages: 1,
    });
  });

  it("never takes a file for complete of which a sixteenth or more was not written", async () => {
    const whole = ifdFirstTiff(patternFrame(200, 150));
    const half = await check(preAllocated(whole, whole.length / 2));
    expect(half).toMatchObject({ kind: "incomplete", why: /space that was never written/ });
    expect(half).not.toHaveProperty("suspicious");
  });

  it("does not suspect black pixels where the directory comes last", async () => {
    const black = { ...FRAME, data: new Uint16Array(FRAME.data.length) };
    expect((await check(ifdLastTiff(black))).kind).toBe("complete");
  });

  it("waits while libtiff has not set the pointer in the header", async () => {
    expect(await check(libtiffInProgress(FRAME))).toMatchObject({ kind: "incomplete", why: /no directory/ });
  });

  it("waits while libtiff's pointer is set and the directory is not there yet", async () => {
    const bytes = libtiffInProgress(FRAME);
    bytes.writeUInt32LE(bytes.length, 4);
    expect((await check(bytes)).kind).toBe("incomplete");
  });

  it("waits for a strip that has not been written", async () => {
    const bytes = buildTiff(FRAME, { tags: { 273: longTag(8, 0, 808) } });
    expect(await check(bytes)).toEqual({ kind: "incomplete", why: "strip 1 has not been written yet" });
  });

  it("waits when strips are shorter than the pixels need", async () => {
    const bytes = buildTiff(FRAME, { tags: { 279: longTag(400, 400, 398) } });
    expect(await check(bytes)).toMatchObject({ kind: "incomplete", why: /1198 bytes of pixels where 1200/ });
  });

  it("says which page it waits for", async () => {
    const whole = buildTiff([FRAME, FRAME], { directory: "first" });
    expect(await check(truncated(whole, whole.length - 1))).toMatchObject({ why: /^page 1: strip 2 / });
  });

  it("finds damage that no further writing can mend", async () => {
    expect((await check(buildTiff(FRAME, { tags: { 273: longTag(8, 408) } }))).kind).toBe("damaged");
    expect((await check(buildTiff(FRAME, { tags: { 256: undefined } }))).kind).toBe("damaged");
    const loop = ifdLastTiff(FRAME);
    loop.writeUInt32LE(loop.readUInt32LE(4), loop.length - 4);
    expect((await check(loop)).kind).toBe("damaged");
  });

  it("manages without strip lengths where they follow from the size", async () => {
    const tags = { 279: undefined };
    expect((await check(buildTiff(FRAME, { tags }))).kind).toBe("complete");
    expect((await check(buildTiff(FRAME, { tags, deflate: true }))).kind).toBe("damaged");
  });

  it("never throws and always ends, whatever the bytes", async () => {
    const whole = buildTiff([FRAME, patternFrame(9, 9, 3, 8)]);
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        expect((await check(bytes)).kind).toMatch(/^(complete|incomplete|unsupported|damaged)$/);
      }),
      { numRuns: 1000 },
    );
  });
});
