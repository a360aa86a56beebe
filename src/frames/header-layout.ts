import { type ExactLayout, type RefusedLayout, refused } from "./pixel-layout.js";

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
export function headerPixelLayout(header: HeaderFacts): ExactLayout | RefusedLayout {
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
