import { describe, expect, it } from "vitest";
import { countsOf } from "../../src/frames/counts.js";
import type { Frame } from "../../src/frames/frame.js";
import { patternFrame } from "../support/tiff-fixtures.js";

const row = (frame: Pick<Frame, "bitDepth" | "sampleFormat" | "whiteIsZero" | "data">): Frame => ({
  ...{ width: frame.data.length, height: 1, channels: 1 },
  ...frame,
});

describe("countsOf", () => {
  it("leaves 8 and 16 bits alone", () => {
    const frame = patternFrame(9, 7);
    expect(countsOf(frame, 12)).toMatchObject({ largest: 4095 });
    expect(countsOf(frame).frame).toBe(frame);
  });

  it.each([
    [
      "MinIsWhite",
      row({ bitDepth: 8, whiteIsZero: true, data: Uint8Array.of(0, 1, 255) }),
      undefined,
      [255, 254, 0],
      255,
    ],
    [
      "MinIsWhite of 12 bits",
      row({ bitDepth: 16, whiteIsZero: true, data: Uint16Array.of(0, 95) }),
      12,
      [4095, 4000],
      4095,
    ],
    [
      "signed without negatives",
      row({ bitDepth: 16, sampleFormat: "int", data: Int16Array.of(3, 900) }),
      undefined,
      [3, 900],
      32_767,
    ],
    [
      "signed with negatives",
      row({ bitDepth: 16, sampleFormat: "int", data: Int16Array.of(-5, 900) }),
      undefined,
      [0, 905],
      32_772,
    ],
    ["uint32", row({ bitDepth: 32, data: Uint32Array.of(7, 70_000) }), 24, [7, 70_000], 2 ** 24 - 1],
    [
      "floats from 0 to 1",
      row({ bitDepth: 32, sampleFormat: "float", data: Float32Array.of(0, 0.5, 1) }),
      undefined,
      [0, 32_767.5, 65_535],
      65_535,
    ],
    [
      "negative floats",
      row({ bitDepth: 64, sampleFormat: "float", data: Float64Array.of(-1, 0, 1) }),
      undefined,
      [0, 32_767.5, 65_535],
      65_535,
    ],
  ] as const)("%s: counts from 0, and back", (_name, frame, bits, counts, largest) => {
    const counted = countsOf(frame, bits);
    expect([...counted.frame.data]).toEqual(counts);
    expect(counted.largest).toBe(largest);
    expect(counted.toStored(counted.frame)).toEqual(frame);
  });

  it("takes what is no number for the lowest, and gives it back", () => {
    const frame = row({
      bitDepth: 32,
      sampleFormat: "float",
      data: Float32Array.of(Number.NaN, 2, 4, Number.POSITIVE_INFINITY),
    });
    const counted = countsOf(frame);
    expect([...counted.frame.data]).toEqual([32_767.5, 32_767.5, 65_535, 32_767.5]);
    expect(counted.toStored(counted.frame)).toEqual(frame);
  });

  it("refuses a frame of nothing but those", () => {
    const frame = row({ bitDepth: 32, sampleFormat: "float", data: Float32Array.of(Number.NaN) });
    expect(() => countsOf(frame)).toThrow(/finite/);
  });
});
