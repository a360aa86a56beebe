import { damaged, unsupported } from "./problem.js";
import { type Level, levelAt, numberAt } from "./variant.js";

/** How the pixels of each frame lie in its chunk: rows from the top; in a row, pixel by pixel, the components of one pixel together. */
export interface Nd2Attributes {
  readonly width: number;
  readonly height: number;
  /** Components of a pixel: channels, of which an RGB camera takes three. */
  readonly components: number;
  readonly bitDepth: 8 | 16;
  /** Bits that the camera filled. */
  readonly significantBits: number | undefined;
  /** From the start of one row to that of the next, padding included. */
  readonly rowBytes: number;
  readonly compression: "none" | "zlib";
}

const MAX_SIDE = 1 << 20;
const MAX_COMPONENTS = 1024;
/** eCompression */
const LOSSLESS = 0;
const LOSSY = 1;
/** ePixelType; left out by older writers. */
const PIXEL_TYPES: Readonly<Record<number, string>> = { 2: "signed", 3: "floating point" };

/**
 * Reads the chunk `ImageAttributesLV!`.
 * @throws Nd2Stop damaged; unsupported for pixels that could be read only by altering them, and for lossy compression
 */
export function readAttributes(variant: Level): Nd2Attributes {
  const from = levelAt(variant, "SLxImageAttributes") ?? variant;
  const count = (name: string, max: number): number => {
    const value = numberAt(from, name);
    if (value === undefined || !Number.isInteger(value) || value < 1 || value > max) {
      throw damaged(`its attributes give ${value ?? "nothing"} as ${name}`);
    }
    return value;
  };
  const bits = count("uiBpcInMemory", 1024);
  const pixelType = PIXEL_TYPES[numberAt(from, "ePixelType") ?? 1];
  if (pixelType !== undefined || (bits !== 8 && bits !== 16)) {
    throw unsupported(`an ND2 file of ${bits}-bit ${pixelType ?? "pixels"}${pixelType ? " pixels" : ""}`);
  }
  const compression = numberAt(from, "eCompression");
  if (compression === LOSSY) {
    throw unsupported("an ND2 file with lossy compression, which altered the pixels: save it uncompressed or lossless");
  }
  const width = count("uiWidth", MAX_SIDE);
  const height = count("uiHeight", MAX_SIDE);
  const components = count("uiComp", MAX_COMPONENTS);
  const pixelBytes = (width * components * bits) / 8;
  const rowBytes = numberAt(from, "uiWidthBytes") || pixelBytes;
  // Rows are padded to 4 bytes; the generous bound only keeps what is read in proportion.
  if (!Number.isInteger(rowBytes) || rowBytes < pixelBytes || rowBytes > pixelBytes + 65_536) {
    throw damaged(`its attributes give ${rowBytes} bytes for a row of ${pixelBytes}`);
  }
  const significant = numberAt(from, "uiBpcSignificant");
  return {
    ...{ width, height, components, bitDepth: bits, rowBytes },
    significantBits: isSignificance(significant, bits) ? significant : undefined,
    compression: compression === LOSSLESS ? "zlib" : "none",
  };
}

function isSignificance(bits: number | undefined, max: number): boolean {
  return bits !== undefined && Number.isInteger(bits) && bits >= 8 && bits <= max;
}
