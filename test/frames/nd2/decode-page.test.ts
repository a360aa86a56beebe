import { describe, expect, it } from "vitest";
import { RefocusdError } from "../../../src/errors/refocusd-error.js";
import { bufferAccess } from "../../../src/frames/buffer-access.js";
import { decodeFrame } from "../../../src/frames/decode.js";
import { decodeNd2Page, openNd2 } from "../../../src/frames/nd2/decode-page.js";
import { container, type Nd2Spec, nd2File, testValue } from "../../support/nd2-writer.js";

const LIMITS = { maxPixels: 1e6 };
const page = (spec: Nd2Spec, index = 0) => decodeFrame(nd2File(spec), "nd2", index, LIMITS);
const failure = async (work: Promise<unknown>) => {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RefocusdError);
  return `${(error as RefocusdError).code} ${(error as RefocusdError).detail}`;
};

function expected(spec: Nd2Spec, sequence: number, components: readonly number[]): number[] {
  const out: number[] = [];
  for (let y = 0; y < spec.height; y++) {
    for (let x = 0; x < spec.width; x++) {
      for (const c of components) out.push(testValue(sequence, y, x, c) & (spec.bits === 8 ? 255 : 65_535));
    }
  }
  return out;
}

describe("pixels of an ND2", () => {
  const two = [
    [1, "DAPI"],
    [1, "GFP"],
  ] as const;
  const rgb = [
    [3, "Colour"],
    [1, "DIC"],
  ] as const;
  for (const compression of ["none", "lossless"] as const) {
    for (const bits of [8, 16]) {
      it.each([
        ["one channel", { width: 7, height: 5, bits, compression }, [[0]]],
        ["rows with padding", { width: 7, height: 5, bits, compression, padding: 6 }, [[0]]],
        ["two channels", { width: 6, height: 4, bits, compression, planes: two }, [[0], [1]]],
        [
          "a colour camera and a channel",
          { width: 5, height: 3, bits, compression, planes: rgb, padding: 2 },
          [[2, 1, 0], [3]],
        ],
      ])(`%s, ${bits} bits, ${compression}, come out exactly`, async (_, shape, channels) => {
        const spec: Nd2Spec = { ...shape, loops: [{ kind: "time", count: 3 }] };
        for (let sequence = 0; sequence < 3; sequence++) {
          for (const [i, components] of channels.entries()) {
            const { frame } = await page(spec, sequence * channels.length + i);
            expect(frame).toMatchObject({
              width: spec.width,
              height: spec.height,
              channels: components.length,
              bitDepth: bits,
            });
            expect([...frame.data]).toEqual(expected(spec, sequence, components));
          }
        }
      });
    }
  }

  it("lie in a frame that is larger than what is read at a time", async () => {
    const spec: Nd2Spec = {
      width: 1500,
      height: 1501,
      planes: [
        [1, "a"],
        [1, "b"],
      ],
      value: (_s, y, x, c) => y * 40 + x + c,
    };
    const { frame } = await decodeFrame(nd2File(spec), "nd2", 1, { maxPixels: 1e8 });
    for (const [y, x] of [
      [0, 0],
      [698, 1499],
      [699, 0],
      [1500, 1499],
    ] as const) {
      expect(frame.data[y * 1500 + x]).toBe(y * 40 + x + 1);
    }
  });

  it("are taken as mono channels where the planes do not add up to the components", async () => {
    const spec: Nd2Spec = { width: 4, height: 3, planes: [[3, "x"]], attributes: {} };
    const bytes = nd2File(spec);
    // The plane's "uiCompCount" becomes 2.
    const at = bytes.indexOf(Buffer.from("uiCompCount\0", "utf16le"));
    bytes.writeUInt32LE(2, at + 24);
    const { frame, facts } = await decodeFrame(bytes, "nd2", 1, LIMITS);
    expect([...frame.data]).toEqual(expected(spec, 0, [1]));
    expect(facts.channelName).toBeUndefined();
  });
});

describe("facts of an ND2's page", () => {
  const spec: Nd2Spec = {
    ...{ width: 4, height: 4, significantBits: 12, planes: [[1, "Phase"]], loops: [{ kind: "time", count: 2 }] },
    timesMs: [50, 60_050.5],
    stage: [
      [1, 2, 3],
      [4, 5, 6.25],
    ],
  };
  const known = {
    ...{ significantBits: 12, pixelSizeUm: 0.65, objective: "Plan Fluor 10x", magnification: 10, na: 0.3 },
    ...{ channelName: "Phase", exposureMs: 25 },
  };

  it.each(["lite", "packed", "xml"] as const)("are read from metadata spelt as %s", async (spelling) => {
    expect((await page({ ...spec, spelling }, 0)).facts).toMatchObject({
      ...known,
      acquiredMs: 50,
      stageUm: { x: 1, y: 2, z: 3 },
    });
    expect((await page({ ...spec, spelling }, 1)).facts).toMatchObject({
      acquiredMs: 60_050.5,
      stageUm: { x: 4, y: 5, z: 6.25 },
    });
  });

  it("without lists: the time in front of the pixels, the position of the first frame only", async () => {
    const { timesMs, stage, ...bare } = spec;
    expect((await page(bare, 0)).facts).toMatchObject({ acquiredMs: 0, stageUm: { x: 11, y: 22, z: 33 } });
    const { facts } = await page(bare, 1);
    expect(facts.acquiredMs).toBe(100);
    expect(facts.stageUm).toBeUndefined();
  });

  it("of a snapshot whose lists hold zeros only, from its metadata", async () => {
    expect((await page({ width: 4, height: 4, stage: [[0, 0, 0]] })).facts.stageUm).toEqual({ x: 11, y: 22, z: 33 });
  });
});

describe("an ND2 that cannot be read exactly", () => {
  const spec: Nd2Spec = { width: 6, height: 4 };

  it.each([
    ["lossy compression", { compression: "lossy" as const }, /RF_UNSUPPORTED_PIXELS.*lossy/],
    ["32-bit pixels", { attributes: { uiBpcInMemory: { u32: 32 } } }, /RF_UNSUPPORTED_PIXELS.*32-bit/],
    ["floating-point pixels", { attributes: { ePixelType: { u32: 3 } } }, /RF_UNSUPPORTED_PIXELS.*floating point/],
    ["an older version", { version: "Ver2.1" }, /RF_UNSUPPORTED_PIXELS.*version 2\.1/],
    ["no width", { attributes: { uiWidth: { u32: 0 } } }, /RF_DECODE_FAILED.*uiWidth/],
    ["rows that are too short", { attributes: { uiWidthBytes: { u32: 4 } } }, /RF_DECODE_FAILED.*for a row/],
    ["more rows than the chunk holds", { attributes: { uiHeight: { u32: 5 } } }, /RF_DECODE_FAILED.*are needed/],
    [
      "a frame that is not compressed after all",
      { attributes: { eCompression: { u32: 0 } } },
      /RF_DECODE_FAILED.*unpacked/,
    ],
    [
      "too many pixels",
      { attributes: { uiWidth: { u32: 500_000 }, uiWidthBytes: { u32: 1_000_000 } } },
      /RF_FRAME_TOO_LARGE/,
    ],
  ])("is refused: %s", async (_, change, why) => {
    expect(await failure(page({ ...spec, ...change }))).toMatch(why);
  });

  it("is refused where a frame was not recorded, and only there", async () => {
    const gap: Nd2Spec = { ...spec, loops: [{ kind: "time", count: 4 }], sequences: [0, 2] };
    expect((await page(gap, 2)).frame.data[0]).toBe(testValue(2, 0, 0, 0));
    expect(await failure(page(gap, 1))).toMatch(/RF_DECODE_FAILED frame 1 is not in the file/);
    expect(await failure(page(gap, 3))).toMatch(/RF_DECODE_FAILED/);
  });

  it("is refused where the map leads to another chunk", async () => {
    const bytes = nd2File({ ...spec, loops: [{ kind: "time", count: 2 }] });
    const [first, second] = [0, 1].map((n) => bytes.lastIndexOf(`ImageDataSeq|${n}!`) + `ImageDataSeq|${n}!`.length);
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(second!), first!);
    expect(await failure(decodeFrame(bytes, "nd2", 0, LIMITS))).toMatch(/is not "ImageDataSeq\|0!"/);
  });

  it("is refused without attributes", async () => {
    const bytes = container([["ImageDataSeq|0!", Buffer.alloc(100)]]);
    expect(await failure(decodeFrame(bytes, "nd2", 0, LIMITS))).toMatch(/no image attributes/);
  });
});

it("reads only what it needs, also beyond 4 GB", async () => {
  const bytes = nd2File({ width: 64, height: 64, loops: [{ kind: "time", count: 40 }] });
  // The same file as if the second half of it lay 6 GB further on.
  const gap = 6 * 2 ** 30;
  const cut = bytes.lastIndexOf("ImageDataSeq|20!", bytes.length - 4096 * 3) - 16;
  for (let at = bytes.length - 8; at >= cut; at--) {
    // Places in the map and in the footer that lie behind the cut.
    if (bytes[at - 1] !== 0x21) continue;
    const place = bytes.readBigUInt64LE(at);
    if (place >= BigInt(cut) && place < BigInt(bytes.length)) bytes.writeBigUInt64LE(place + BigInt(gap), at);
  }
  let read = 0;
  const small = bufferAccess(bytes);
  const open = await openNd2({
    ...small,
    size: bytes.length + gap,
    async read(offset, length) {
      const data = await small.read(offset >= cut + gap ? offset - gap : offset, length);
      read += data.length;
      return data;
    },
  });
  const before = read;
  for (const index of [3, 39]) {
    const { frame } = await decodeNd2Page(open, index, LIMITS);
    expect(frame.data[0]).toBe(testValue(index, 0, 0, 0));
  }
  expect(read - before).toBeLessThan(2 * 64 * 64 * 2 + 500);
  expect(before).toBeLessThan(30_000);
});
