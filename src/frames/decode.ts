import { RefocusdError } from "../errors/refocusd-error.js";
import { bufferAccess } from "./buffer-access.js";
import type { DecodedFrame, DecodeLimits } from "./decoded-frame.js";
import type { SourceFacts } from "./facts.js";
import type { ImageType } from "./image-type.js";
import { decodeNd2Page, openNd2 } from "./nd2/decode-page.js";
import { headerPixelLayout, type PixelLayout, tiffPixelLayout } from "./pixel-layout.js";
import { decodePixels, failingAsDecode, openImage } from "./sharp-pixels.js";
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
  const { width, height, layout, facts, largestPiece, missing } = await (type === "tiff"
    ? tiffHeader(bytes, page)
    : sharpHeader(bytes, type, page));
  if (Math.max(width * height, largestPiece) > limits.maxPixels) {
    const piece = largestPiece > width * height ? ` with tiles of ${largestPiece} pixels` : "";
    const limit = (limits.maxPixels / 1e6).toFixed(1);
    throw new RefocusdError(
      "RF_FRAME_TOO_LARGE",
      `${width}×${height} pixels${piece}, the limit is ${limit} megapixels`,
    );
  }
  if (layout.kind === "refused") throw new RefocusdError("RF_UNSUPPORTED_PIXELS", layout.what);
  if (missing) throw new RefocusdError("RF_DECODE_FAILED", missing);
  const { channels, bitDepth } = layout;
  const data = await decodePixels(openImage(bytes, type, page), layout, width, height);
  return {
    frame: { width, height, channels, bitDepth, data },
    facts: { width, height, channels, bitDepth, ...facts },
  };
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly layout: PixelLayout;
  /** Pixels of one strip or tile, which the decoder holds as a whole: a tile can be larger than its image. */
  readonly largestPiece: number;
  /** Why the pixels cannot all be in the file. */
  readonly missing: string | undefined;
  readonly facts: Omit<SourceFacts, "width" | "height" | "channels" | "bitDepth">;
}

/** sharp's own reading of a TIFF header hides compression, sample format, photometric, description and private tags. */
async function tiffHeader(bytes: Buffer, index: number): Promise<Header> {
  const file = bufferAccess(bytes);
  const reading = await readTiffPage(file, index);
  switch (reading.kind) {
    case "ok": {
      const { header, page, first } = reading.value;
      const facts = await readTiffFacts({ file, header }, page, first);
      const largestPiece = page.segmentWidth * page.segmentHeight;
      const missing = pageExtentProblem(page, bytes.length)?.why;
      const { width, height } = page;
      return { width, height, layout: tiffPixelLayout(page), largestPiece, missing, facts };
    }
    case "incomplete":
    case "damaged":
      throw new RefocusdError("RF_DECODE_FAILED", reading.why);
    case "unsupported":
      throw new RefocusdError("RF_UNSUPPORTED_PIXELS", reading.what);
  }
}

async function sharpHeader(bytes: Buffer, type: ImageType, page: number): Promise<Header> {
  if (page !== 0) throw new RefocusdError("RF_DECODE_FAILED", `there is no page ${page}`);
  const { width, height, ...header } = await failingAsDecode(() => openImage(bytes, type, 0).metadata());
  return { width, height, layout: headerPixelLayout(header), largestPiece: 0, missing: undefined, facts: {} };
}
