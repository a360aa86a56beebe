import sharp, { type Sharp } from "sharp";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { Frame } from "./frame.js";
import type { ImageType } from "./image-type.js";
import type { ExactLayout } from "./pixel-layout.js";

// Every frame is decoded once: libvips' operation cache would only keep pixels alive.
sharp.cache(false);

export function openImage(bytes: Buffer, type: ImageType, page: number): Sharp {
  return sharp(bytes, {
    page,
    // Stops at the first oddity. "truncated" is laxer for TIFF: it returned wrong pixels for 15 to 400 of 441 cut files.
    failOn: "warning",
    // A colour profile would be applied to RGB values.
    ignoreIcc: true,
    // The caller's limit has been checked on the header.
    limitInputPixels: false,
    // libtiff otherwise refuses compressed strips above 50 MB; here strips lie inside a file that is already in memory.
    unlimited: type === "tiff",
  });
}

/**
 * The calls that are exact; `.raw()` alone makes three channels of 8 bits out of 16-bit mono.
 *
 * @throws RefocusdError RF_DECODE_FAILED
 */
export async function decodePixels(
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

/** Whatever libvips objects to is RF_DECODE_FAILED. */
export async function failingAsDecode<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new RefocusdError("RF_DECODE_FAILED", detail.trim().replaceAll(/\s*\n\s*/g, "; "), { cause: error });
  }
}
