import type { TiffPage } from "./tiff-structure.js";
import { COMPRESSION, PHOTOMETRIC } from "./tiff-tags.js";

/** How pixels are to be read, or why they cannot be without being altered. */
export type PixelLayout =
  | { readonly kind: "exact"; readonly channels: 1 | 3; readonly bitDepth: 8 | 16 }
  | { readonly kind: "refused"; readonly what: string };

export type ExactLayout = Extract<PixelLayout, { kind: "exact" }>;

const SUPPORTED_COMPRESSIONS: ReadonlySet<number> = new Set(Object.values(COMPRESSION));
const SAMPLE_FORMATS: Readonly<Record<number, string>> = {
  2: "signed",
  3: "floating point",
  5: "complex",
  6: "complex",
};
const PHOTOMETRICS: Readonly<Record<number, string>> = {
  [PHOTOMETRIC.minIsWhite]: "inverted (MinIsWhite)",
  3: "palette",
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
 * Decides from a page's header whether libvips hands out its pixels unchanged. Refused is what it alters without an
 * error: signed values are clipped at 0 and 32-bit ones at 65535, MinIsWhite is inverted, a palette is applied, a second
 * sample is taken for transparency, 1 to 4 bits are spread to 8 (measured with sharp 0.35.5, libvips 8.18.7).
 */
export function tiffPixelLayout(page: TiffPage): PixelLayout {
  const { samplesPerPixel, photometric, compression } = page;
  const bits = page.bitsPerSample[0] ?? 1;
  const format = page.sampleFormat.find((value) => value !== 1);
  if (format !== undefined) return refused(`${bits}-bit ${SAMPLE_FORMATS[format] ?? "untyped"} values`);
  if (page.bitsPerSample.some((value) => value !== bits))
    return refused(`samples of ${page.bitsPerSample.join(", ")} bits`);
  if (bits !== 8 && bits !== 16) return refused(`${bits}-bit pixels`);
  if (photometric === undefined) return refused("pixels of unstated meaning (no PhotometricInterpretation)");
  if (photometric === PHOTOMETRIC.yCbCr && compression === COMPRESSION.jpeg && bits === 8 && samplesPerPixel === 3) {
    return { kind: "exact", channels: 3, bitDepth: 8 };
  }
  if (photometric !== PHOTOMETRIC.minIsBlack && photometric !== PHOTOMETRIC.rgb) {
    return refused(`${PHOTOMETRICS[photometric] ?? `photometric ${photometric}`} pixels`);
  }
  const channels = photometric === PHOTOMETRIC.rgb ? 3 : 1;
  if (page.extraSamples > 0 || samplesPerPixel !== channels) {
    const usual = channels === 3 ? "RGB has 3" : "mono has 1";
    return refused(
      `${samplesPerPixel} samples per pixel where ${usual}: transparency, or several channels in one image`,
    );
  }
  if (!SUPPORTED_COMPRESSIONS.has(compression)) return refused(`compression ${compression}`);
  return { kind: "exact", channels, bitDepth: bits };
}

/** What sharp's `metadata()` says of a PNG or JPEG. */
export interface HeaderFacts {
  readonly space?: string | undefined;
  readonly channels?: number | undefined;
  readonly depth?: string | undefined;
  readonly hasAlpha?: boolean | undefined;
  readonly isPalette?: boolean | undefined;
  readonly bitsPerSample?: number | undefined;
}

/** The same decision for PNG and JPEG, whose headers sharp tells in full. */
export function headerPixelLayout(header: HeaderFacts): PixelLayout {
  const { space, channels, depth, bitsPerSample } = header;
  if (header.hasAlpha) return refused("pixels with transparency");
  if (header.isPalette) return refused("palette pixels");
  if (bitsPerSample !== undefined && bitsPerSample < 8) return refused(`${bitsPerSample}-bit pixels`);
  const bitDepth = depth === "uchar" ? 8 : depth === "ushort" ? 16 : undefined;
  if (bitDepth && channels === 1 && (space === "b-w" || space === "grey16"))
    return { kind: "exact", channels, bitDepth };
  if (bitDepth && channels === 3 && (space === "srgb" || space === "rgb16"))
    return { kind: "exact", channels, bitDepth };
  return refused(`${channels} channels of ${depth} in ${space}`);
}

function refused(what: string): PixelLayout {
  return { kind: "refused", what };
}
