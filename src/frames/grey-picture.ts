import sharp from "sharp";

/** Enough for looking; noise is what takes the bytes. */
const QUALITY = 60;

/** Values as a WebP of 8 bits, `low` black and `high` white: for looking, never for measuring. */
export function greyPicture(
  { width, height, channels, values }: PictureValues,
  low: number,
  high: number,
): Promise<Buffer> {
  const scale = high > low ? 255 / (high - low) : 0;
  const grey = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) grey[i] = (values[i]! - low) * scale;
  return sharp(grey, { raw: { width, height, channels } }).webp({ quality: QUALITY }).toBuffer();
}

export interface PictureValues {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Interleaved, row by row. */
  readonly values: Float64Array;
}
