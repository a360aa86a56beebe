import type { SourceFacts } from "./facts.js";
import type { TiffPage } from "./tiff-structure.js";
import { TAG } from "./tiff-tags.js";
import { type TiffSource, tagReals, tagUints } from "./tiff-values.js";

export type NisFacts = Pick<SourceFacts, "significantBits" | "pixelSizeUm" | "acquiredMs" | "stageUm">;

/**
 * What NIS-Elements writes into private tags of its TIFF exports: 65325 time since the start in ms, 65326 pixel size in
 * µm, 65329 stage x, y, z in µm and the time again. In a stack they may stand on the first page only: the calibration is
 * taken from there, but never a time or a position, which belong to one page.
 */
export async function readNisTags(source: TiffSource, page: TiffPage, first: TiffPage): Promise<NisFacts> {
  const reals = async (from: TiffPage, id: number) => (await tagReals(source, from, id)) ?? [];
  const pixelSize = (await reals(page, TAG.nisPixelSizeUm))[0] ?? (await reals(first, TAG.nisPixelSizeUm))[0];
  const [time] = await reals(page, TAG.nisTimeMs);
  const [x, y, z] = await reals(page, TAG.nisStageAndTime);
  const significantBits = await readSignificantBits(source, page);
  return {
    ...(significantBits !== undefined && { significantBits }),
    // An uncalibrated camera has 1.0 or 0 here; 1.0 µm can be true as well, so only what cannot be is left out.
    ...(isPositive(pixelSize) && { pixelSizeUm: pixelSize }),
    ...(Number.isFinite(time) && { acquiredMs: time! }),
    ...([x, y, z].every(Number.isFinite) && { stageUm: { x: x!, y: y!, z: z! } }),
  };
}

/** NIS-Elements writes the camera's range as MaxSampleValue: 4095 in a 16-bit file says 12 bits. */
async function readSignificantBits(source: TiffSource, page: TiffPage): Promise<number | undefined> {
  const values = await tagUints(source, page, TAG.maxSampleValue, 16);
  if (!values?.length || values.some((value) => value !== values[0])) return undefined;
  const bits = Math.log2(values[0]! + 1);
  // Anything but 2^n - 1 is the brightest pixel of an image, which other programs write here.
  return Number.isInteger(bits) && bits >= 8 && bits <= page.bitsPerSample[0]! ? bits : undefined;
}

function isPositive(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value > 0;
}
