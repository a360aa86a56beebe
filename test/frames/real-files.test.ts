import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { RefocusdError } from "../../src/errors/refocusd-error.js";
import { decodeFrame } from "../../src/frames/decode.js";
import { dataFolder } from "../support/data.js";

const LIMITS = { maxPixels: 64e6 };
const folder = (name: string) => path.join(dataFolder ?? "", name);

function tiffs(name: string): string[] {
  if (!dataFolder) return ["(no data folder)"];
  return readdirSync(folder(name), { recursive: true, encoding: "utf8" }).filter((file) => /\.tiff?$/.test(file));
}

describe.skipIf(!dataFolder)("frames that NIS-Elements wrote", () => {
  it.each([
    ...tiffs("formats/nis-tif").map((file) => `formats/nis-tif/${file}`),
    ...tiffs("phase-contrast/t98g-timelapse").map((file) => `phase-contrast/t98g-timelapse/${file}`),
  ])("%s has the pixels that lie in the file behind the header", async (file) => {
    const bytes = readFileSync(folder(file));
    const { frame, facts } = await decodeFrame(bytes, "tiff", 0, LIMITS);
    // NIS-Elements writes uncompressed strips one after the other from byte 8: a second reading without any TIFF code.
    const pixels = bytes.subarray(8, 8 + frame.data.byteLength);
    expect(Buffer.from(frame.data.buffer, frame.data.byteOffset, frame.data.byteLength).equals(pixels)).toBe(true);
    expect(facts.pixelSizeUm).toBeGreaterThan(0);
    expect(facts.acquiredMs).toBeGreaterThanOrEqual(0);
    expect(facts.stageUm).toBeDefined();
    expect(facts.significantBits).toBe(frame.bitDepth);
  });

  it("tell what is known about them", async () => {
    const read = async (file: string) =>
      (await decodeFrame(readFileSync(folder(`formats/nis-tif/${file}`)), "tiff", 0, LIMITS)).facts;
    expect(await read("mono16_phase_set30.tif")).toMatchObject({ width: 1024, height: 1022, bitDepth: 16 });
    expect((await read("mono16_phase_set30.tif")).pixelSizeUm).toBeCloseTo(0.8708, 4);
    expect(await read("sim_tz__exportz1t02.tif")).toMatchObject({
      pixelSizeUm: 8.0625,
      stageUm: { x: 0, y: 0, z: 300 },
    });
    expect(await read("ti2_dic_ome.tif")).toMatchObject({
      pixelSizeUm: 1.3,
      acquiredMs: 16_200_000,
      objective: "Plan Apo λ 10x",
      na: 0.45,
      channelName: "DICN1",
    });
  });
});

describe.skipIf(!dataFolder)("odd TIFFs", () => {
  it.each(tiffs("formats/odd-tiff"))("%s gives pixels or a fitting code", async (file) => {
    const bytes = readFileSync(folder(`formats/odd-tiff/${file}`));
    const outcome = await decodeFrame(bytes, "tiff", 0, LIMITS).catch((error: unknown) => error);
    if (outcome instanceof RefocusdError) {
      expect(file).toMatch(/cmyk|extra_bits_gray|[13]c-64b\.tiff|zstd|logluv/);
      expect(`${outcome.code} ${outcome.detail}`).toContain("RF_UNSUPPORTED_PIXELS");
    } else {
      expect(outcome).toMatchObject({
        frame: { bitDepth: expect.toBeOneOf([8, 16, 32, 64]), channels: expect.toBeOneOf([1, 3]) },
      });
    }
  });

  const sequences = tiffs("formats/odd-tiff").filter((file) =>
    /seq-[13]c-(8|10|12|14|16|24)b-(?!palette|miniswhite|planar)/.test(file),
  );

  it.each(sequences)("%s counts from 0, as its makers say", async (file) => {
    const { frame } = await decodeFrame(readFileSync(folder(`formats/odd-tiff/${file}`)), "tiff", 0, LIMITS);
    const expected = Array.from(frame.data, (_, i) => (frame.bitDepth === 8 ? i % 256 : i));
    expect(Array.from(frame.data)).toEqual(expected);
  });
});
