/** One decoded image plane, pixel values exactly as in the source. */
export interface Frame {
  /** Pixels per row. */
  readonly width: number;
  /** Rows, the top one first. */
  readonly height: number;
  readonly channels: 1 | 3;
  /** Width of the container; how many of these bits a camera filled is `SourceFacts.significantBits`. */
  readonly bitDepth: 8 | 16;
  /** height × width × channels values, row by row, channels interleaved (R, G, B). Uint8Array for 8 bits, Uint16Array for 16. */
  readonly data: Uint8Array | Uint16Array;
}
