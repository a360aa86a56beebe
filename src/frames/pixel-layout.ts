import { OWN_COMPRESSIONS } from "./tiff-decode/decompress.js";
import { PREDICTOR } from "./tiff-decode/predictor.js";
import type { SampleKind } from "./tiff-decode/read-samples.js";
import type { TiffPage } from "./tiff-structure.js";
import { COMPRESSION, PHOTOMETRIC } from "./tiff-tags.js";

/** How pixels are to be read, or why they cannot be without being altered. */
export type PixelLayout =
  /** libvips hands them out unchanged. */
  | { readonly kind: "exact"; readonly channels: 1 | 3; readonly bitDepth: 8 | 16 }
  /** libvips hands out black and white as 0 and 255, and turned where white is 0. */
  | { readonly kind: "fax"; readonly whiteIsZero: boolean }
  /** Read by the project's own decoder. */
  | ({ readonly kind: "samples" } & SampleKind & {
        readonly meaning: "values" | "white-is-zero" | "palette";
        /** Samples per pixel beyond the colours, passed over. */
        readonly extra: number;
      })
  | { readonly kind: "refused"; readonly what: string };

export type ExactLayout = Extract<PixelLayout, { kind: "exact" }>;
export type SamplesLayout = Extract<PixelLayout, { kind: "samples" }>;
export type RefusedLayout = Extract<PixelLayout, { kind: "refused" }>;

const FAX_COMPRESSIONS: ReadonlySet<number> = new Set([COMPRESSION.ccittRle, COMPRESSION.fax3, COMPRESSION.fax4]);
const FORMATS: Readonly<Record<number, "uint" | "int" | "float">> = { 1: "uint", 2: "int", 3: "float", 4: "uint" };
const PHOTOMETRICS: Readonly<Record<number, string>> = {
  4: "mask",
  5: "CMYK",
  [PHOTOMETRIC.yCbCr]: "YCbCr",
  8: "CIE Lab",
  9: "ICC Lab",
  32803: "raw colour filter array",
  32844: "LogL",
  32845: "LogLuv",
};

/**
 * Decides from a page's header who reads its pixels. libvips reads plain 8 and 16 bits, JPEG and fax. What it alters without an error
 * is read by `readSamples`: signed values are clipped at 0 and 32-bit ones at 65535, MinIsWhite is inverted, a palette is applied, a
 * second sample is taken for transparency, 1 to 4 bits are spread to 8 (measured with sharp 0.35.5, libvips 8.18.7).
 */
export function tiffPixelLayout(page: TiffPage): PixelLayout {
  const { samplesPerPixel, photometric, compression } = page;
  const bits = page.bitsPerSample[0] ?? 1;
  if (page.bitsPerSample.some((value) => value !== bits))
    return refused(`samples of ${page.bitsPerSample.join(", ")} bits`);
  const code = page.sampleFormat[0] ?? 1;
  const format = FORMATS[code];
  if (!format || page.sampleFormat.some((value) => value !== code)) return refused(`${bits}-bit complex values`);
  if (photometric === undefined) return refused("pixels of unstated meaning (no PhotometricInterpretation)");
  if (photometric === PHOTOMETRIC.yCbCr && compression === COMPRESSION.jpeg && bits === 8 && samplesPerPixel === 3) {
    return { kind: "exact", channels: 3, bitDepth: 8 };
  }
  if (photometric > PHOTOMETRIC.palette)
    return refused(`${PHOTOMETRICS[photometric] ?? `photometric ${photometric}`} pixels`);
  const channels = coloursOf(page);
  if (typeof channels === "string") return refused(channels);

  const isPlain = photometric === PHOTOMETRIC.minIsBlack || photometric === PHOTOMETRIC.rgb;
  const isBytes = format === "uint" && (bits === 8 || bits === 16);
  const extra = samplesPerPixel - channels;
  if (isPlain && isBytes && extra === 0 && (compression === COMPRESSION.jpeg ? bits === 8 : isOwn(page)))
    return { kind: "exact", channels, bitDepth: bits };
  if (FAX_COMPRESSIONS.has(compression)) {
    return bits === 1 && samplesPerPixel === 1 && photometric <= PHOTOMETRIC.minIsBlack
      ? { kind: "fax", whiteIsZero: photometric === PHOTOMETRIC.minIsWhite }
      : refused(`${bits}-bit pixels in fax compression`);
  }
  if (!isOwn(page)) return refused(`compression ${compression} of such pixels`);

  const kind = sampleKind(bits, format, channels);
  if (!kind) return refused(`${bits}-bit ${NAMES[format]} values`);
  if (page.predictor > PREDICTOR.floatingPoint || (page.predictor === PREDICTOR.floatingPoint && format !== "float"))
    return refused(`predictor ${page.predictor} of ${bits}-bit ${NAMES[format]} values`);
  if (photometric === PHOTOMETRIC.palette)
    return format === "uint" && bits <= 16
      ? { kind: "samples", ...kind, meaning: "palette", extra }
      : refused(`${bits}-bit ${NAMES[format]} palette pixels`);
  const meaning = photometric === PHOTOMETRIC.minIsWhite ? "white-is-zero" : "values";
  return { kind: "samples", ...kind, meaning, extra };
}

const NAMES = { uint: "unsigned", int: "signed", float: "floating point" } as const;

function isOwn({ compression }: TiffPage): boolean {
  return OWN_COMPRESSIONS.has(compression);
}

/** How many samples are colours, or why that is not known. */
function coloursOf({ photometric, samplesPerPixel, extraSamples }: TiffPage): 1 | 3 | string {
  // Three samples that are said to be mono and none extra are three channels.
  const channels =
    photometric === PHOTOMETRIC.rgb || (samplesPerPixel === 3 && extraSamples.length === 0 && photometric === 1)
      ? 3
      : 1;
  const extra = samplesPerPixel - channels;
  const isTransparency = extra === extraSamples.length && extraSamples.every((value) => value === 1 || value === 2);
  if (extra === 0 || (extra === 1 && (isTransparency || channels === 3))) return channels;
  const usual = channels === 3 ? "RGB has 3" : "mono has 1";
  return `${samplesPerPixel} samples per pixel where ${usual}: several channels in one image`;
}

function sampleKind(bits: number, format: "uint" | "int" | "float", channels: 1 | 3): SampleKind | undefined {
  const base = { channels, storedBits: bits };
  switch (format) {
    case "uint":
      return bits >= 1 && bits <= 32 ? { ...base, bitDepth: bits <= 8 ? 8 : bits <= 16 ? 16 : 32 } : undefined;
    case "int":
      return bits === 8 || bits === 16 || bits === 32 ? { ...base, bitDepth: bits, sampleFormat: "int" } : undefined;
    case "float":
      return bits === 16 || bits === 32 || bits === 64
        ? { ...base, bitDepth: bits === 64 ? 64 : 32, sampleFormat: "float" }
        : undefined;
  }
}

export function refused(what: string): RefusedLayout {
  return { kind: "refused", what };
}
