import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame } from "../../src/frames/decode.js";
import { type OmeImage, omeXml } from "../../src/frames/ome-xml.js";
import { encodeTiff } from "../../src/frames/tiff-writer.js";
import { attribute, elements } from "../../src/frames/xml-scan.js";
import { patternFrame } from "../support/tiff-fixtures.js";

const FACTS = {
  ...{
    pixelSizeUm: 0.1625,
    significantBits: 12,
    acquiredMs: 6115.87,
    exposureMs: 12.5,
    acquiredAtMs: 1_731_327_159_212,
  },
  ...{ stageUm: { x: 1.5, y: -2, z: 199.9 }, objective: 'Plan "Apo" λ <40x>', na: 0.95, magnification: 40 },
  ...{ camera: "Zyla & Co", channelName: "Ph1", emissionNm: 540 },
} as const;

const image = (over: Partial<OmeImage> = {}): OmeImage => ({
  ...{ frame: patternFrame(8, 6, 1, 16), facts: FACTS, name: "a.tif", description: "made", creator: "refocusd 0" },
  ...{ notes: [["RECONSTRUCTED", "true"]], namespace: "n" },
  ...over,
});

async function readBack(xml: string, channels: 1 | 3 = 1) {
  const bytes = encodeTiff(patternFrame(8, 6, channels, 16), { description: xml, form: "ome", software: "" });
  return (await decodeFrame(bytes, "tiff", 0, { maxPixels: 1e4 })).facts;
}

describe("omeXml", () => {
  it("tells our own reader all that it was told", async () => {
    const { significantBits: _bits, acquiredAtMs: _at, ...facts } = FACTS;
    expect(await readBack(omeXml(image()))).toMatchObject(facts);
  });

  it("says of an RGB frame that it is one plane of three samples", async () => {
    const frame = patternFrame(8, 6, 3, 16);
    const xml = omeXml(image({ frame }));
    const [pixels] = elements(xml, "Pixels");
    expect(attribute(pixels?.tag, "SizeC")).toBe("3");
    expect(attribute(elements(xml, "Channel")[0]?.tag, "SamplesPerPixel")).toBe("3");
    const facts = await readBack(xml, 3);
    expect(facts.plane).toBeUndefined();
    expect(facts.acquiredMs).toBeCloseTo(6115.87, 9);
  });

  it("leaves out what is not known", () => {
    const xml = omeXml(image({ facts: {} }));
    for (const name of ["Instrument", "InstrumentRef", "ObjectiveSettings", "AcquisitionDate", "DetectorSettings"])
      expect(elements(xml, name)).toEqual([]);
    expect(xml).not.toMatch(/undefined|NaN|PhysicalSize|DeltaT|Position|SignificantBits/);
  });

  // The order that ome.xsd of 2016-06 asks for.
  it("has its elements in the schema's order", () => {
    const names = [...omeXml(image()).matchAll(/<([A-Za-z]+)/g)].map(([, name]) => name);
    expect(names).toEqual([
      ...["OME", "Instrument", "Detector", "Objective", "Image", "AcquisitionDate", "Description", "InstrumentRef"],
      ...["ObjectiveSettings", "Pixels", "Channel", "DetectorSettings", "TiffData", "Plane", "AnnotationRef"],
      ...["StructuredAnnotations", "MapAnnotation", "Value", "M"],
    ]);
  });

  it.each([
    [8, undefined, "uint8"],
    [16, "int", "int16"],
    [32, "float", "float"],
    [64, "float", "double"],
  ] as const)("calls %i bits %s %s", (bitDepth, sampleFormat, type) => {
    const frame = { width: 8, height: 6, channels: 1, bitDepth, ...(sampleFormat && { sampleFormat }) } as const;
    expect(attribute(elements(omeXml(image({ frame })), "Pixels")[0]?.tag, "Type")).toBe(type);
  });

  it("keeps its structure whatever texts it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const xml = omeXml(image({ name: text, notes: [[text, text]] }));
        expect(xml).not.toMatch(/[\p{Cc}\p{Cs}\ufffe\uffff]/u);
        const [note] = elements(xml, "M");
        const printable = text.replaceAll(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, "?");
        expect(attribute(note?.tag, "K")).toBe(printable);
        expect(elements(xml, "Image")).toHaveLength(1);
      }),
    );
  });
});
