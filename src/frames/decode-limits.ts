import { RefocusdError } from "../errors/refocusd-error.js";
import type { DecodeLimits } from "./decoded-frame.js";
import type { PixelLayout } from "./pixel-layout.js";
import type { TiffPage } from "./tiff-structure.js";

/** Bytes per pixel of the limit: 16-bit RGB and a bit. Frames of 64-bit floats may have fewer pixels, for the same memory. */
const BYTES_PER_PIXEL = 8;
/** Strips and tiles may hold so many times the pixels of the largest frame: tiles overhang an image's edges. */
const OVERHANG = 4;

type Size = Pick<TiffPage, "width" | "height"> & Partial<TiffPage>;

/**
 * Refuses a frame that would take too much memory or time, from its header alone.
 *
 * @throws RF_FRAME_TOO_LARGE
 */
export function checkSize(size: Size, layout: PixelLayout, { maxPixels }: DecodeLimits): void {
  const { width, height, segmentWidth = width, segmentHeight = height } = size;
  const pixels = width * height;
  const piece = segmentWidth * segmentHeight;
  const limit = `the limit is ${(maxPixels / 1e6).toFixed(1)} megapixels`;
  const tooLarge = (why: string) =>
    new RefocusdError("RF_FRAME_TOO_LARGE", `${width}×${height} pixels${why}, ${limit}`);
  if (pixels > maxPixels) throw tooLarge("");
  // The decoder holds a tile as a whole, and it can be larger than its image.
  if (piece > maxPixels) throw tooLarge(` with tiles of ${piece} pixels`);
  const stored = Math.ceil(width / segmentWidth) * Math.ceil(height / segmentHeight) * piece;
  if (stored > Math.max(OVERHANG * maxPixels, 1 << 20)) throw tooLarge(` in tiles of ${stored} pixels together`);
  const samples = size.samplesPerPixel ?? (layout.kind === "exact" ? layout.channels : 1);
  const sampleBytes = Math.ceil((size.bitsPerSample?.[0] ?? 16) / 8);
  const bytes = Math.max(pixels, piece) * samples * sampleBytes;
  if (bytes > maxPixels * BYTES_PER_PIXEL) throw tooLarge(` of ${samples * sampleBytes} bytes each`);
}
