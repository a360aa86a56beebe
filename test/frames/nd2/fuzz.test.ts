import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RefocusdError } from "../../../src/errors/refocusd-error.js";
import { bufferAccess } from "../../../src/frames/buffer-access.js";
import { decodeFrame } from "../../../src/frames/decode.js";
import { parseLiteVariant } from "../../../src/frames/nd2/lite-variant.js";
import { parseVariant } from "../../../src/frames/nd2/parse-variant.js";
import { Nd2Stop } from "../../../src/frames/nd2/problem.js";
import { parseXmlVariant } from "../../../src/frames/nd2/xml-variant.js";
import { checkNd2 } from "../../../src/watch/containers/nd2.js";
import { lite, nd2File, packed, type Tree, u32, type Value, xml } from "../../support/nd2-writer.js";

const LIMITS = { maxPixels: 1e5 };
const files = (["none", "lossless"] as const).flatMap((compression) =>
  (["lite", "xml", "packed"] as const).map((spelling) =>
    nd2File({
      ...{
        width: 5,
        height: 4,
        compression,
        spelling,
        planes: [
          [1, "a"],
          [3, "b"],
        ],
        timesMs: [1, 2, 3, 4],
      },
      ...{
        loops: [
          { kind: "time", count: 2 },
          { kind: "xy", valid: [true, true] },
        ],
        stage: [
          [1, 2, 3],
          [1, 2, 3],
        ],
      },
    }),
  ),
);

/** Bytes that are not padding: a change elsewhere changes nothing. */
const telling = files.map((bytes) => [...bytes.keys()].filter((i) => bytes[i] !== 0));

describe("a malformed ND2", () => {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
    by: fc.oneof(
      fc.constant([0xff, 0xff, 0xff, 0xff]),
      fc.constant([0, 0, 0, 0]),
      fc.array(fc.nat(255), { minLength: 1, maxLength: 8 }),
    ),
    shift: fc.integer({ min: -8, max: 8 }),
  });

  it("ends with pixels or a code, in bounded time, whichever bytes are changed", { timeout: 60_000 }, async () => {
    const outcomes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(files.length - 1),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        fc.nat(9),
        async (which, edits, page) => {
          const bytes = Buffer.from(files[which]!);
          const places = telling[which]!;
          for (const { at, by, shift } of edits)
            bytes.set(
              by.slice(0, 8),
              Math.min(bytes.length - 8, Math.max(0, places[Math.floor(at * places.length)]! + shift)),
            );
          const started = performance.now();
          const check = await checkNd2(bufferAccess(bytes));
          expect(check.kind).toMatch(/^(complete|incomplete|unsupported|damaged)$/);
          const outcome = await decodeFrame(bytes, "nd2", page, LIMITS).then(
            () => "pixels",
            (error: unknown) => error,
          );
          if (outcome !== "pixels") expect(outcome).toBeInstanceOf(RefocusdError);
          const name = outcome instanceof RefocusdError ? outcome.code : "pixels";
          expect(["pixels", "RF_DECODE_FAILED", "RF_UNSUPPORTED_PIXELS", "RF_FRAME_TOO_LARGE"]).toContain(name);
          outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
          expect(performance.now() - started).toBeLessThan(5_000);
        },
      ),
      { numRuns: 3000 },
    );
    expect(outcomes.size).toBeGreaterThan(1);
  });

  it("waits at every length that it can be cut to", async () => {
    const bytes = files[0]!;
    for (let length = 0; length < bytes.length; length += 97) {
      expect((await checkNd2(bufferAccess(bytes.subarray(0, length)))).kind).toBe("incomplete");
    }
    expect((await checkNd2(bufferAccess(bytes.subarray(0, bytes.length - 1)))).kind).toBe("incomplete");
  });
});

describe("metadata", () => {
  const name = fc.string({ unit: fc.constantFrom(..."abcXYZ_019"), minLength: 1, maxLength: 12 });
  const scalar = fc.oneof(
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
    fc.nat(0xffff_ffff).map((n) => u32(n)),
    fc.string({ unit: fc.constantFrom(..."aµλ<>&\"' é"), maxLength: 9 }),
  );
  const { tree } = fc.letrec<{ tree: Tree; value: Value }>((tie) => ({
    value: fc.oneof({ maxDepth: 5 }, scalar, tie("tree")),
    tree: fc.array(fc.tuple(fc.oneof(name, fc.constant("")), tie("value")), { maxLength: 5 }),
  }));
  const plain = (value: Value): unknown =>
    typeof value === "object" && !Buffer.isBuffer(value)
      ? "u32" in value
        ? value.u32
        : Array.isArray(value)
          ? value.map(([n, v]) => ({ name: n, value: plain(v) }))
          : value
      : value;

  it("comes out as it was put in, in each spelling", () => {
    fc.assert(
      fc.property(tree, (made) => {
        const expected = [{ name: "top", value: plain(made) }];
        expect(parseVariant(lite("top", made))).toEqual(expected);
        expect(parseVariant(packed(lite("top", made)))).toEqual(expected);
        expect(parseVariant(xml("top", made))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("of any bytes gives a result or a Nd2Stop", () => {
    const parse = (bytes: Buffer) => {
      try {
        parseVariant(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(Nd2Stop);
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => parse(Buffer.from(bytes))),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(tree, fc.nat(), fc.nat(255), (made, at, byte) => {
        for (const bytes of [lite("top", made), xml("top", made)]) {
          bytes[at % bytes.length] = byte;
          parse(bytes);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("is bounded in depth and number", () => {
    let deep: Value = true;
    for (let i = 0; i < 60; i++) deep = [["a", deep]];
    expect(() => parseLiteVariant(lite("top", deep))).toThrow("too deep");
    expect(() => parseXmlVariant(xml("top", deep))).toThrow("too deep");
    expect(() => parseXmlVariant(Buffer.from("<a>".repeat(1_000_000)))).toThrow("too deep");
    expect(() => parseXmlVariant(Buffer.from(`<v>${"<a/>".repeat(1_000_001)}</v>`))).toThrow("too many");
    // A level that promises four billion items of three bytes each.
    const many = Buffer.concat([lite("", []).subarray(0, 14), Buffer.alloc(3_300_000, Buffer.from([1, 0, 1]))]);
    many.writeUInt32LE(0xffff_ffff, 2);
    many.writeBigUInt64LE(BigInt(many.length), 6);
    expect(() => parseLiteVariant(many)).toThrow(Nd2Stop);
    // A zlib bomb.
    expect(() => parseLiteVariant(packed(Buffer.alloc(80_000_000)))).toThrow("unpacked");
  });
});
