import { endianness } from "node:os";
import { deflateSync } from "node:zlib";
import type { Frame, PixelData } from "./frame.js";

/** How pixels are stored; readers give the same values for both. */
export type TiffCompression = "deflate" | "none";

export interface Strips {
  readonly rowsPerStrip: number;
  /** From the top down, each as it stands in the file. */
  readonly strips: readonly Buffer[];
}

/** Strips of about this size before compression, as TIFF 6.0 advises for buffered readers. */
const STRIP_BYTES = 1 << 16;
/** docs/outputs.md has what other levels give. */
const LEVEL = 4;

/**
 * A frame's pixels in strips, little-endian. Deflate is without a predictor: ImageJ 1.53t passes over that tag in Deflate files and shows
 * differences for values, without an error (docs/outputs.md).
 * @throws RangeError when the data does not fit the frame's size
 */
export function encodeStrips(frame: Frame, compression: TiffCompression): Strips {
  const pixels = littleEndianBytes(frame.data);
  const rowBytes = (frame.width * frame.channels * frame.bitDepth) / 8;
  if (pixels.length !== rowBytes * frame.height) throw new RangeError("a frame's data does not fit its size");
  const rowsPerStrip = Math.max(1, Math.min(frame.height, Math.floor(STRIP_BYTES / rowBytes)));
  const stripBytes = rowsPerStrip * rowBytes;
  const strips: Buffer[] = [];
  for (let at = 0; at < pixels.length; at += stripBytes) {
    const strip = pixels.subarray(at, at + stripBytes);
    strips.push(compression === "deflate" ? deflateSync(strip, { level: LEVEL }) : strip);
  }
  return { rowsPerStrip, strips };
}

function littleEndianBytes(values: PixelData): Buffer {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const size = values.BYTES_PER_ELEMENT;
  if (size === 1 || endianness() === "LE") return bytes;
  return size === 2
    ? Buffer.from(bytes).swap16()
    : size === 4
      ? Buffer.from(bytes).swap32()
      : Buffer.from(bytes).swap64();
}
