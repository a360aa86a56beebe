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
  /** Milliseconds since 1970 UTC. Some exports of NIS-Elements have the start of the acquisition here in every file. */
  readonly acquiredAtMs?: number;
  /** Stage position in micrometres, as it was read when the frame was taken; where that was not recorded, where it was sent. */
  readonly stageUm?: { readonly x: number; readonly y: number; readonly z: number };
  readonly objective?: string;
  /** Numerical aperture of the objective. */
  readonly na?: number;
  /** Of the objective. */
  readonly magnification?: number;
  readonly exposureMs?: number;
  readonly camera?: string;
  readonly channelName?: string;
  /** Wavelength of the light that made the image, in nanometres; for transmitted light what NIS-Elements assumes, if anything. */
  readonly emissionNm?: number;
  /** The acquisition software and its version. */
  readonly software?: string;
  /** The beginning of the file's ImageDescription, as written there. */
  readonly description?: string;
}
