import { RefocusdError } from "../errors/refocusd-error.js";
import { bufferAccess } from "./buffer-access.js";
import { checkSize } from "./decode-limits.js";
import type { DecodedFrame, DecodeLimits } from "./decoded-frame.js";
import type { SourceFacts } from "./facts.js";
import type { Frame } from "./frame.js";
import { headerPixelLayout } from "./header-layout.js";
import type { ImageType } from "./image-type.js";
import { decodeNd2Page, openNd2 } from "./nd2/decode-page.js";
import { tiffPixelLayout } from "./pixel-layout.js";
import { problemError } from "./read-problem.js";
import { decodePixels, failingAsDecode, openImage } from "./sharp-pixels.js";
import { decodeTiffPixels } from "./tiff-decode/decode-tiff.js";
import { pageExtentProblem } from "./tiff-extent.js";
import { readTiffFacts } from "./tiff-facts.js";
import { readTiffPage } from "./tiff-structure.js";

export type { DecodedFrame, DecodeLimits } from "./decoded-frame.js";

/**
 * Decodes one page of an image file that has been read as a whole. Pixel values come out exactly as they are in the file.
 *
 * @param page counted from 0; a PNG or JPEG has page 0 only
 * @throws RefocusdError RF_FRAME_TOO_LARGE, told from the header before any pixel is decoded; RF_UNSUPPORTED_PIXELS for
 *   layouts that could be read only by altering them; RF_DECODE_FAILED for damaged data.
 */
export async function decodeFrame(
  bytes: Buffer,
  type: ImageType,
  page: number,
  limits: DecodeLimits,
): Promise<DecodedFrame> {
  if (type === "nd2") return decodeNd2Page(await openNd2(bufferAccess(bytes)), page, limits);
  const { frame, facts } = await (type === "tiff"
    ? decodeTiff(bytes, page, limits)
    : decodeOther(bytes, type, page, limits));
  const { width, height, channels, bitDepth, sampleFormat, whiteIsZero } = frame;
  const pixels = {
    ...{ width, height, channels, bitDepth },
    ...(sampleFormat && { sampleFormat }),
    ...(whiteIsZero && { whiteIsZero }),
  };
  return { frame, facts: { ...pixels, ...facts } };
}

interface Decoded {
  readonly frame: Frame;
  /** Beyond those that the frame itself tells. */
  readonly facts: Omit<SourceFacts, "width" | "height" | "channels" | "bitDepth">;
}

/** sharp's own reading of a TIFF header hides compression, sample format, photometric, description and private tags. */
async function decodeTiff(bytes: Buffer, index: number, limits: DecodeLimits): Promise<Decoded> {
  const file = bufferAccess(bytes);
  const reading = await readTiffPage(file, index);
  if (reading.kind !== "ok") throw problemError(reading);
  const { header, page, first } = reading.value;
  const layout = tiffPixelLayout(page);
  checkSize(page, layout, limits);
  if (layout.kind === "refused") throw new RefocusdError("RF_UNSUPPORTED_PIXELS", layout.what);
  const missing = pageExtentProblem(page, bytes.length);
  if (missing) throw problemError(missing);
  const source = { file, header };
  const pixels = await decodeTiffPixels(bytes, source, page, index, layout);
  if (pixels.kind !== "ok") throw problemError(pixels);
  return {
    frame: pixels.value.frame,
    facts: { ...pixels.value.facts, ...(await readTiffFacts(source, page, first, index)) },
  };
}

async function decodeOther(
  bytes: Buffer,
  type: Exclude<ImageType, "tiff">,
  page: number,
  limits: DecodeLimits,
): Promise<Decoded> {
  if (page !== 0) throw new RefocusdError("RF_DECODE_FAILED", `there is no page ${page}`);
  const { width, height, ...header } = await failingAsDecode(() => openImage(bytes, type, 0).metadata());
  const layout = headerPixelLayout(header);
  checkSize({ width, height }, layout, limits);
  if (layout.kind === "refused") throw new RefocusdError("RF_UNSUPPORTED_PIXELS", layout.what);
  const { channels, bitDepth } = layout;
  const data = await decodePixels(openImage(bytes, type, 0), layout, width, height);
  return { frame: { width, height, channels, bitDepth, data }, facts: {} };
}
