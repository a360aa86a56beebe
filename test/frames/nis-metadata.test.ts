import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bufferAccess } from "../../src/frames/buffer-access.js";
import { decodeFrame } from "../../src/frames/decode.js";
import { frameBlocks, namedBlocks } from "../../src/frames/nis-blocks.js";
import { readTiffFacts } from "../../src/frames/tiff-facts.js";
import { readTiffPage } from "../../src/frames/tiff-structure.js";
import { dataFolder } from "../support/data.js";
import { buildTiff, patternFrame, textTag } from "../support/tiff-fixtures.js";

const bytesOf = (file: string) => readFileSync(path.join(dataFolder!, file));
async function factsOf(bytes: Buffer) {
  const { facts } = await decodeFrame(bytes, "tiff", 0, { maxPixels: 64e6 });
  const { description: _, ...rest } = facts;
  return rest;
}

describe.skipIf(!dataFolder)("what NIS-Elements wrote into its private tags", () => {
  const timelapse = "phase-contrast/t98g-timelapse";

  it("of a phase-contrast frame is read", async () => {
    expect(await factsOf(bytesOf(`${timelapse}/20180101ef002xy01t02.tif`))).toMatchObject({
      acquiredMs: 612_328.8285072106,
      acquiredAtMs: Date.UTC(2018, 0, 6, 8, 5, 58, 149),
      pixelSizeUm: 0.8707951277094507,
      objective: "Plan Fluor 10x Ph1 DLL",
      magnification: 10,
      na: 0.3,
      exposureMs: 50,
      camera: "Flash4.0, SN:002811",
      channelName: "Phase contrast",
      software: expect.stringMatching(/^NIS-Elements Viewer/),
      stageUm: { x: 12139.800000000001, y: -24007.4, z: 8078.6 },
    });
    expect(await factsOf(bytesOf(`${timelapse}/20180101ef002xy01t02.tif`))).not.toHaveProperty("emissionNm");
  });

  it("of a time-lapse tells the true intervals, and where the focus drive really was", async () => {
    const all = await Promise.all(
      readdirSync(path.join(dataFolder!, timelapse))
        .filter((name) => name.endsWith(".tif"))
        .map((name) => factsOf(bytesOf(`${timelapse}/${name}`))),
    );
    const gaps = all.slice(1).map((facts, i) => Math.round((facts.acquiredMs! - all[i]!.acquiredMs!) / 100) / 10);
    expect(gaps).toEqual([599.4, 600.8, 599.1, 600.5, 599.9, 600.5, 599.8]);
    expect(all.map((facts) => facts.stageUm!.z)).toEqual([
      8075.150000000001, 8078.6, 8073.6, 8074.6, 8076.700000000001, 8074, 8078.625, 8076.85,
    ]);
  });

  it.each([
    [
      "sim_t_image_T2.tif",
      { objective: "Plan Apo λ 2x", magnification: 2, na: 0.1, exposureMs: 1000, channelName: "DIA" },
    ],
    ["sim_tc__2024_11_21_T02_DAPI.tif", { acquiredMs: 566.726200000383, channelName: "DAPI", emissionNm: 450 }],
    [
      "sim_tz__exportz1t02.tif",
      { acquiredAtMs: Date.UTC(2024, 10, 11, 12, 12, 33, 380), channelName: "STORM 450 - STORM 525 - STORM 603" },
    ],
    [
      "ti2_dic_ome.tif",
      {
        acquiredMs: 16_200_000,
        objective: "Plan Apo λ 10x",
        magnification: 10,
        na: 0.45,
        camera: "Andor DU-888 X-12006",
        exposureMs: 10,
        emissionNm: 535,
        software: "NIS-Elements AR 5.21.03 (Build 1489)",
        stageUm: { x: 48840.700000000004, y: -33118.5, z: 4891.1 },
      },
    ],
  ])("of %s is read", async (file, expected) => {
    expect(await factsOf(bytesOf(`formats/nis-tif/${file}`))).toMatchObject(expected);
  });

  it("that is damaged only leaves facts out", async () => {
    const whole = bytesOf("formats/nis-tif/sim_t_image_T2.tif");
    const reading = await readTiffPage(bufferAccess(whole), 0);
    if (reading.kind !== "ok") throw new Error("not a TIFF");
    const { header, page } = reading.value;
    const places = [65330, 65331, 65332].map((id) => page.tags.get(id)!);
    const at = fc
      .constantFrom(...places)
      .chain(({ offset, byteLength }) =>
        fc
          .oneof(fc.integer({ min: 0, max: 900 }), fc.nat(byteLength - 1))
          .map((within) => offset + (within % byteLength)),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(at, fc.nat(255)), { minLength: 1, maxLength: 20 }), async (changes) => {
        const damaged = Buffer.from(whole);
        for (const [place, value] of changes) damaged[place] = value;
        const facts = await readTiffFacts({ file: bufferAccess(damaged), header }, page, page, 0);
        expect(facts).toMatchObject({ acquiredMs: 1012.8886999972165, pixelSizeUm: 8.0625 });
      }),
      { numRuns: 300 },
    );
  });

  it("in OME-XML is read without private tags too: milliseconds and micrometres", async () => {
    const { facts } = await decodeFrame(bytesOf("formats/nis-tif/ti2_dic_ome.tif"), "tiff", 0, { maxPixels: 64e6 });
    const ome = buildTiff(patternFrame(8, 8, 1, 16), { tags: { 270: textTag(facts.description!) } });
    expect(await factsOf(ome)).toEqual({
      ...{ width: 8, height: 8, channels: 1, bitDepth: 16 },
      pixelSizeUm: 1.3,
      acquiredMs: 16_200_000,
      exposureMs: 10,
      stageUm: { x: 48840.699219, y: -33118.5, z: 4891.100098 },
      objective: "Plan Apo λ 10x",
      magnification: 10,
      na: 0.45,
      channelName: "DICN1",
      emissionNm: 535,
    });
  });
});

describe("OME-XML of another program", () => {
  const pixels = '<Pixels SizeX="8" SizeY="8" SizeZ="1" SizeC="1" SizeT="1" DimensionOrder="XYZCT"><TiffData/>';
  const ome = (plane: string) => {
    const places = 'TheT="0" TheZ="0" TheC="0"';
    const xml = `<OME xmlns="x"><Image>${pixels}<Plane ${plane} ${places}/></Pixels></Image></OME>`;
    return factsOf(buildTiff(patternFrame(8, 8), { tags: { 270: textTag(xml) } }));
  };

  it("has seconds where it tells no unit", async () => {
    expect(await ome('DeltaT="1.5" ExposureTime="0.05"')).toMatchObject({ acquiredMs: 1500, exposureMs: 50 });
    expect(await ome('DeltaT="1.5" DeltaTUnit="min"')).toMatchObject({ acquiredMs: 90_000 });
  });

  it("has positions only where it tells their unit", async () => {
    const position = 'PositionX="1" PositionY="2" PositionZ="3"';
    expect(await ome(position)).not.toHaveProperty("stageUm");
    const units = ["X", "Y", "Z"].map((axis) => `Position${axis}Unit="mm"`).join(" ");
    expect(await ome(`${position} ${units}`)).toMatchObject({ stageUm: { x: 1000, y: 2000, z: 3000 } });
    expect(await ome(`${position} PositionZUnit="parsec"`)).not.toHaveProperty("stageUm");
  });
});

describe("directories of blocks", () => {
  it("of any bytes cost no more than their length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        namedBlocks(Buffer.from(bytes));
        frameBlocks(Buffer.from(bytes), 0);
      }),
    );
    const endless = Buffer.alloc(40, 0xff);
    expect(namedBlocks(endless).size + frameBlocks(endless, 0).size).toBe(0);
  });
});
