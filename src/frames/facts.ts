/** What the source file itself says about a frame. What it does not say is absent, never guessed. */
export interface SourceFacts {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bitDepth: 8 | 16;
  /** Bits that the camera filled, e.g. 12 in a 16-bit file. */
  readonly significantBits?: number;
  /** Micrometres per pixel in the sample. */
  readonly pixelSizeUm?: number;
  /** Milliseconds since the acquisition started. */
  readonly acquiredMs?: number;
  /** Stage position in micrometres. */
  readonly stageUm?: { readonly x: number; readonly y: number; readonly z: number };
  readonly objective?: string;
  /** Numerical aperture of the objective. */
  readonly na?: number;
  /** Of the objective. */
  readonly magnification?: number;
  readonly exposureMs?: number;
  readonly camera?: string;
  readonly channelName?: string;
  /** The beginning of the file's ImageDescription, as written there. */
  readonly description?: string;
}
