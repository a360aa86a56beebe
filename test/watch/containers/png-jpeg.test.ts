import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { bufferAccess } from "../../../src/frames/buffer-access.js";
import { checkContainer } from "../../../src/watch/containers/index.js";
import { patternFrame, preAllocated, truncated } from "../../support/tiff-fixtures.js";

const check = (bytes: Buffer) => checkContainer(bufferAccess(bytes), "frame.png");

function image(channels: 1 | 3): Sharp {
  const { width, height, data } = patternFrame(61, 43, channels, 8);
  return sharp(data, { raw: { width, height, channels } });
}

const FILES = [
  ["PNG", "png", () => image(3).png()],
  ["16-bit PNG", "png", () => image(1).toColourspace("grey16").png()],
  ["JPEG", "jpeg", () => image(3).jpeg()],
  ["progressive JPEG", "jpeg", () => image(3).jpeg({ progressive: true })],
  [
    "grey JPEG with restarts and metadata",
    "jpeg",
    () =>
      image(1)
        .withExif({ IFD0: { Copyright: "x" } })
        .jpeg(),
  ],
] as const;

describe.each(FILES)("checkContainer of a %s", (_name, type, make) => {
  let whole: Buffer;
  beforeAll(async () => {
    whole = await make().toBuffer();
  });

  it("finds a whole file complete", async () => {
    expect(await check(whole)).toEqual({ kind: "complete", type, pages: 1 });
  });

  it("does not mind what follows the end mark", async () => {
    expect((await check(Buffer.concat([whole, Buffer.from("trailing bytes")]))).kind).toBe("complete");
    expect((await check(Buffer.concat([whole, Buffer.alloc(4096)]))).kind).toBe("complete");
  });

  it("waits for every strict prefix", async () => {
    for (let length = 0; length < whole.length; length++) {
      expect((await check(truncated(whole, length))).kind, `at ${length} of ${whole.length}`).toBe("incomplete");
    }
  });

  it("never takes pre-allocated space for a complete file", async () => {
    for (let written = 0; written < whole.length - 16; written++) {
      expect((await check(preAllocated(whole, written))).kind, `at ${written} of ${whole.length}`).not.toBe("complete");
    }
  });

  it("never throws and always ends, whatever the bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, value) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        expect((await check(bytes)).kind).toMatch(/^(complete|incomplete|unsupported|damaged)$/);
      }),
      { numRuns: 300 },
    );
  });
});

describe("checkContainer of a JPEG", () => {
  const segment = (marker: number, data: Buffer) =>
    Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data]);

  it("is not taken in by the end mark of a preview", async () => {
    const preview = await image(1).jpeg().toBuffer();
    const whole = await image(3).jpeg().toBuffer();
    const bytes = Buffer.concat([whole.subarray(0, 2), segment(0xe1, preview), whole.subarray(2)]);
    expect((await check(bytes)).kind).toBe("complete");
    for (let length = 0; length < bytes.length; length += 7) {
      expect((await check(truncated(bytes, length))).kind).toBe("incomplete");
    }
  });

  it("finds a marker that straddles two reads", async () => {
    const start = Buffer.from([0xff, 0xd8]);
    const scan = segment(0xda, Buffer.alloc(10, 1));
    for (const filler of [1 << 18, (1 << 18) - 1, (1 << 18) - 2, (1 << 18) + 1, (1 << 19) - 2]) {
      const bytes = Buffer.concat([start, scan, Buffer.alloc(filler, 0x55), Buffer.from([0xff, 0xd9])]);
      expect((await check(bytes)).kind, `${filler}`).toBe("complete");
      expect((await check(truncated(bytes, bytes.length - 1))).kind, `${filler}`).toBe("incomplete");
    }
  });

  it("is damaged when no marker stands where one must", async () => {
    const whole = await image(1).jpeg().toBuffer();
    whole[2 + 2 + whole.readUInt16BE(4)] = 0x12;
    expect((await check(whole)).kind).toBe("damaged");
    expect((await check(Buffer.from([0xff, 0xd8, 0xff, 0xd9, ...Array<number>(16).fill(1)]))).kind).toBe("damaged");
  });
});

describe("checkContainer of a PNG", () => {
  it("is damaged when its chunks do not follow each other", async () => {
    const whole = await image(1).png().toBuffer();
    const broken = Buffer.from(whole);
    broken.writeUInt32BE(3, 8);
    expect((await check(broken)).kind).toBe("damaged");
    const headless = Buffer.concat([whole.subarray(0, 8), whole.subarray(33)]);
    expect((await check(headless)).kind).toBe("damaged");
    const end = whole.subarray(whole.length - 12);
    expect((await check(Buffer.concat([whole.subarray(0, 33), end]))).kind).toBe("damaged");
  });
});
