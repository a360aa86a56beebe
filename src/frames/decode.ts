import sharp, { type Sharp } from "sharp";
import { RefocusdError } from "../errors/refocusd-error.js";
import { bufferAccess } from "./buffer-access.js";
import type { SourceFacts } from "./facts.js";
import type { Frame } from "./frame.js";
import type { ImageType } from "./image-type.js";
import { headerPixelLayout, type PixelLayout, tiffPixelLayout } from "./pixel-layout.js";
import { readTiffFacts } from "./tiff-facts.js";
import { readTiffPage } from "./tiff-structure.js";

export interface DecodeLimits {
  /** Pixels, width × height. */
  readonly maxPixels: number;
}

export interface DecodedFrame {
  readonly frame: Frame;
  readonly facts: SourceFacts;
}

// Every frame is decoded once: libvips' operation cache would only keep pixels alive.
sharp.cache(false);

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
  const { width, height, layout, facts } = await (type === "tiff" ? tiffHeader(bytes, page) : sharpHeader(bytes, page));
  if (width * height > limits.maxPixels) {
    const millions = (pixels: number) => (pixels / 1e6).toFixed(1);
    throw new RefocusdError(
      "RF_FRAME_TOO_LARGE",
      `${width}×${height} are ${millions(width * height)} megapixels, the limit is ${millions(limits.maxPixels)}`,
    );
  }
  if (layout.kind === "refused") throw new RefocusdError("RF_UNSUPPORTED_PIXELS", layout.what);
  const { channels, bitDepth } = layout;
  const data = await decodePixels(openImage(bytes, page), layout, width, height);
  return {
    frame: { width, height, channels, bitDepth, data },
    facts: { width, height, channels, bitDepth, ...facts },
  };
}

type ExactLayout = Extract<PixelLayout, { kind: "exact" }>;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly layout: PixelLayout;
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
      return { width: page.width, height: page.height, layout: tiffPixelLayout(page), facts };
    }
    case "incomplete":
    case "damaged":
      throw new RefocusdError("RF_DECODE_FAILED", reading.why);
    case "unsupported":
      throw new RefocusdError("RF_UNSUPPORTED_PIXELS", reading.what);
  }
}

async function sharpHeader(bytes: Buffer, page: number): Promise<Header> {
  if (page !== 0) throw new RefocusdError("RF_DECODE_FAILED", `there is no page ${page}`);
  const { width, height, ...header } = await failingAsDecode(() => openImage(bytes, 0).metadata());
  return { width, height, layout: headerPixelLayout(header), facts: {} };
}

function openImage(bytes: Buffer, page: number): Sharp {
  return sharp(bytes, {
    page,
    // Stops at the first oddity. "truncated" is laxer for TIFF: it returned wrong pixels for 15 to 400 of 441 cut files.
    failOn: "warning",
    // A colour profile would be applied to RGB values.
    ignoreIcc: true,
    // The caller's limit has been checked on the header.
    limitInputPixels: false,
  });
}

/** The calls that are exact; `.raw()` alone makes three channels of 8 bits out of 16-bit mono. */
async function decodePixels(
  image: Sharp,
  { channels, bitDepth }: ExactLayout,
  width: number,
  height: number,
): Promise<Frame["data"]> {
  const space = bitDepth === 16 ? (channels === 1 ? "grey16" : "rgb16") : channels === 1 ? "b-w" : "srgb";
  const raw = image.toColourspace(space).raw({ depth: bitDepth === 16 ? "ushort" : "uchar" });
  const { data, info } = await failingAsDecode(() => raw.toBuffer({ resolveWithObject: true }));
  const values = width * height * channels;
  if (info.width !== width || info.height !== height || data.length !== (values * bitDepth) / 8) {
    throw new RefocusdError(
      "RF_DECODE_FAILED",
      `decoded as ${info.width}×${info.height}×${info.channels} where the header says ${width}×${height}×${channels}`,
    );
  }
  if (bitDepth === 8) return new Uint8Array(data.buffer, data.byteOffset, values);
  // A view needs an even start.
  const aligned = data.byteOffset % 2 === 0 ? data : Buffer.from(new Uint8Array(data).buffer);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, values);
}

async function failingAsDecode<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new RefocusdError("RF_DECODE_FAILED", detail.trim().replaceAll(/\s*\n\s*/g, "; "), { cause: error });
  }
}
