import { describe, expect, it } from "vitest";
import { decodeFrame } from "../../src/frames/decode.js";
import {
  buildTiff,
  doubleTag,
  patternFrame,
  rationalTag,
  shortTag,
  type TagValue,
  textTag,
} from "../support/tiff-fixtures.js";

async function facts(tags: Record<number, TagValue | undefined>, bitDepth: 8 | 16 = 16, page = 0) {
  const frame = patternFrame(8, 8, 1, bitDepth);
  const { width, height, channels, bitDepth: _, ...rest } = await decode(buildTiff(frame, { tags }), page);
  return rest;
}

const decode = async (bytes: Buffer, page: number) =>
  (await decodeFrame(bytes, "tiff", page, { maxPixels: 1e6 })).facts;

describe("facts from NIS-Elements' tags", () => {
  it("reads time, pixel size and stage position", async () => {
    const tags = { 65325: doubleTag(6115.87), 65326: doubleTag(0.65), 65329: doubleTag(10, -20, 199.9, 6115.87) };
    expect(await facts(tags)).toEqual({ acquiredMs: 6115.87, pixelSizeUm: 0.65, stageUm: { x: 10, y: -20, z: 199.9 } });
  });

  it("keeps a time of 0 and leaves out what cannot be", async () => {
    expect(await facts({ 65325: doubleTag(0), 65326: doubleTag(0) })).toEqual({ acquiredMs: 0 });
    expect(await facts({ 65325: doubleTag(Number.NaN), 65329: doubleTag(1, 2) })).toEqual({});
    expect(await facts({ 65326: doubleTag(-1) })).toEqual({});
  });

  it.each([
    [255, 8, 8],
    [4095, 16, 12],
    [16_383, 16, 14],
    [65_535, 16, 16],
    [4000, 16, undefined],
    [4095, 8, undefined],
    [1, 16, undefined],
  ] as const)("takes MaxSampleValue %i in %i bits for %s significant bits", async (max, bits, significant) => {
    expect((await facts({ 281: shortTag(max) }, bits)).significantBits).toBe(significant);
  });

  it("takes the calibration of a stack from its first page, but no time", async () => {
    const stack = buildTiff([patternFrame(8, 8), patternFrame(8, 8)], {
      tags: { 65325: doubleTag(5), 65326: doubleTag(0.65) },
    });
    // Renumber the second page's private tags away.
    for (const id of [65325, 65326]) {
      const key = Buffer.from([id & 255, id >> 8, 12, 0]);
      stack.writeUInt16LE(65000 + (id - 65325), stack.lastIndexOf(key));
    }
    expect(await decode(stack, 1)).toMatchObject({ pixelSizeUm: 0.65 });
    expect(await decode(stack, 1)).not.toHaveProperty("acquiredMs");
    expect(await decode(stack, 0)).toMatchObject({ pixelSizeUm: 0.65, acquiredMs: 5 });
  });
});

describe("facts from the description", () => {
  const imageJ = (unit: string) => textTag(`ImageJ=1.53t\nimages=1\nunit=${unit}\n`);

  it.each([
    ["micron", 0.25],
    ["um", 0.25],
    ["µm", 0.25],
    ["\\u00B5m", 0.25],
    ["nm", 0.00025],
    ["mm", 250],
    ["inch", 6350],
    ["pixel", undefined],
  ])("reads ImageJ's pixel size in %s", async (unit, expected) => {
    const tags = { 270: imageJ(unit), 282: rationalTag(4, 1), 296: shortTag(1) };
    expect((await facts(tags)).pixelSizeUm).toBe(expected);
  });

  const OME = `<?xml version="1.0"?><OME xmlns="x"><Instrument ID="Instrument:0"><Objective ID="Objective:0" LensNA="0.45"/>
    </Instrument><Instrument ID="Instrument:1"><Objective ID="Objective:1" LensNA="0.3" Model="Plan Fluor &amp; 10x λ"/></Instrument>
    <Image><Pixels SizeX="8" PhysicalSizeX="650" PhysicalSizeXUnit="nm"><Channel ID="Channel:0" Name="DIA"/></Pixels></Image></OME>`;

  it("reads OME-XML", async () => {
    expect(await facts({ 270: textTag(OME) })).toMatchObject({
      pixelSizeUm: 0.65,
      objective: "Plan Fluor & 10x λ",
      na: 0.3,
      channelName: "DIA",
    });
  });

  it("lets NIS-Elements' own pixel size win", async () => {
    expect((await facts({ 270: textTag(OME), 65326: doubleTag(1.3) })).pixelSizeUm).toBe(1.3);
  });

  it("keeps the beginning of a description", async () => {
    expect((await facts({ 270: textTag("x".repeat(10_000)) })).description).toHaveLength(4096);
  });
});

describe("facts from the resolution", () => {
  it.each([
    ["0.1625 µm from px/cm", 6_153_846, 100, 3, 0.1625],
    ["72 dpi is a screen", 72, 1, 2, undefined],
    ["300 dpi is a printer", 300, 1, 2, undefined],
    ["no unit", 4, 1, 1, undefined],
    ["nothing", 0, 0, 2, undefined],
  ])("%s", async (_what, numerator, denominator, unit, expected) => {
    const { pixelSizeUm } = await facts({ 282: rationalTag(numerator, denominator), 296: shortTag(unit) });
    if (expected === undefined) expect(pixelSizeUm).toBeUndefined();
    else expect(pixelSizeUm).toBeCloseTo(expected, 6);
  });
});
