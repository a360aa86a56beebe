/** What the source file itself says about a frame. What it does not say is absent, never guessed. */
export interface SourceFacts {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Of the numbers in which the pixels are held: 12 packed bits come in 16, half floats in 32. */
  readonly bitDepth: 8 | 16 | 32 | 64;
  /** Left out for unsigned integers. */
  readonly sampleFormat?: "int" | "float";
  /** The largest value is black (MinIsWhite, or a palette that runs downwards). */
  readonly whiteIsZero?: true;
  /** What was taken from palette pixels: the index where the palette only tints, else its colours. */
  readonly palette?: "index" | "colours";
  /** Samples per pixel beyond the colours (transparency), which were passed over. */
  readonly samplesIgnored?: number;
  /** Place in a stack, each from 0, as OME-XML or ImageJ's description say. */
  readonly plane?: { readonly t: number; readonly z: number; readonly c: number };
  /** Bits that the camera filled, e.g. 12 in a 16-bit file. */
  readonly significantBits?: number;
  /** Micrometres per pixel in the sample. */
  readonly pixelSizeUm?: number;
  /** Milliseconds since the acquisition started. */
  readonly acquiredMs?: number;
  readonly exposureMs?: number;
  /** Milliseconds since 1970 UTC. Some exports of NIS-Elements have the start of the acquisition here in every file. */
  readonly acquiredAtMs?: number;
  /** Stage position in micrometres, as it was read when the frame was taken; where that was not recorded, where it was sent. */
  readonly stageUm?: { readonly x: number; readonly y: number; readonly z: number };
  readonly objective?: string;
  /** Numerical aperture of the objective. */
  readonly na?: number;
  /** Of the objective. */
  readonly magnification?: number;
  readonly camera?: string;
  readonly channelName?: string;
  /** Wavelength of the light that made the image, in nanometres; for transmitted light what NIS-Elements assumes, if anything. */
  readonly emissionNm?: number;
  /** The acquisition software and its version. */
  readonly software?: string;
  /** The beginning of the file's ImageDescription, as written there. */
  readonly description?: string;
}
