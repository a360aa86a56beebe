/** Pixel values in the type in which the source holds them, or in the next wider one (12 bits in 16, half floats in float32). */
export type PixelData =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** One decoded image plane, pixel values exactly as in the source. */
export interface Frame {
  /** Pixels per row. */
  readonly width: number;
  /** Rows, the top one first. */
  readonly height: number;
  readonly channels: 1 | 3;
  /** Width of the container; how many of these bits a camera filled is `SourceFacts.significantBits`. */
  readonly bitDepth: 8 | 16 | 32 | 64;
  /** Left out for unsigned integers, which is what cameras write. */
  readonly sampleFormat?: "int" | "float";
  /** The largest value is black (MinIsWhite). Values stay as stored; `countsOf` turns them for judging. */
  readonly whiteIsZero?: true;
  /** height × width × channels values, row by row, channels interleaved (R, G, B), in the type that the two fields above name. */
  readonly data: PixelData;
}

/** Room for pixel values of a kind. */
export function pixelData(
  { bitDepth, sampleFormat }: Pick<Frame, "bitDepth" | "sampleFormat">,
  length: number,
): PixelData {
  if (sampleFormat === "float") return bitDepth === 64 ? new Float64Array(length) : new Float32Array(length);
  if (sampleFormat === "int") {
    return bitDepth === 8 ? new Int8Array(length) : bitDepth === 16 ? new Int16Array(length) : new Int32Array(length);
  }
  return bitDepth === 8 ? new Uint8Array(length) : bitDepth === 16 ? new Uint16Array(length) : new Uint32Array(length);
}
