import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planWrites, WRITE_MODES, type WritePlan } from "../../src/simulate/write-plan.js";
import { tiffWithIfdLast } from "./tiny-tiff.js";

/** What lies on disk after each step. */
function states({ allocate, steps }: WritePlan): Uint8Array[] {
  let file = new Uint8Array(allocate);
  return steps.map(({ at, bytes }) => {
    const next = new Uint8Array(Math.max(file.length, at + bytes.length));
    next.set(file);
    next.set(bytes, at);
    file = next;
    return file;
  });
}

describe.each(WRITE_MODES)("%s", (mode) => {
  it("ends with exactly the given bytes, whatever they are", () => {
    const tiffs = fc.record({ width: fc.integer({ min: 1, max: 50 }), height: fc.integer({ min: 1, max: 50 }) });
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 500 }),
      tiffs.map(({ width, height }) => tiffWithIfdLast(width, height)),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        // As a Buffer, too, whose slices share memory.
        for (const same of [given, Buffer.from(given)]) {
          const written = states(planWrites(same, mode)).at(-1);
          expect(written).toEqual(given);
        }
      }),
    );
  });
});

const tiff = tiffWithIfdLast(40, 30);
const u32 = (bytes: Uint8Array, at: number) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
const ifdAt = u32(tiff, 4);

it("nis: the header points nowhere until the pixels are there, then for a moment beyond the end", () => {
  const all = states(planWrites(tiff, "nis"));
  expect(all.length).toBeGreaterThan(10);
  expect(all.slice(0, -2).map((file) => u32(file, 4))).toEqual(all.slice(0, -2).map(() => 0));
  expect(all.at(-2)).toHaveLength(ifdAt);
  expect(u32(all.at(-2)!, 4)).toBe(ifdAt);
});

it("preallocate: the length is final from the beginning", () => {
  const plan = planWrites(tiff, "preallocate");
  expect(new Set(states(plan).map(({ length }) => length))).toEqual(new Set([tiff.length]));
});

it("ifd-first: all but the pixels is there before them", () => {
  const second = states(planWrites(tiff, "ifd-first"))[1]!;
  expect(second.subarray(0, 8)).toEqual(tiff.subarray(0, 8));
  expect(second.subarray(ifdAt)).toEqual(tiff.subarray(ifdAt));
  expect(second.subarray(8, ifdAt).every((byte) => byte === 0)).toBe(true);
});

it("an empty file is written as one", () => {
  for (const mode of WRITE_MODES) expect(planWrites(new Uint8Array(), mode).allocate).toBe(0);
});
