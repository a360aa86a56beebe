import { TAG } from "../tiff-tags.js";
import { type TiffSource, tagUints } from "../tiff-values.js";

/** The colours of a palette: red, then green, then blue of each index, 0 to 65535. */
export type Palette = Float64Array;

type Tags = Parameters<typeof tagUints>[1];

/** `undefined` where there is no complete one for values of `bits` bits. */
export async function readPalette(source: TiffSource, page: Tags, bits: number): Promise<Palette | undefined> {
  const colours = await tagUints(source, page, TAG.colorMap, 3 * 2 ** bits);
  return colours?.length === 3 * 2 ** bits ? colours : undefined;
}

/**
 * Whether a higher index is nowhere darker (or nowhere brighter: -1). Then the palette only tints what a camera counted, as ImageJ's
 * lookup tables do, and the index is the count. 0: the order means nothing, the colours do.
 */
export function paletteOrder(palette: Palette): 1 | -1 | 0 {
  const size = palette.length / 3;
  let rises = false;
  let falls = false;
  const brightness = (i: number) => 2 * palette[i]! + 5 * palette[size + i]! + palette[2 * size + i]!;
  for (let i = 1; i < size; i++) {
    const step = brightness(i) - brightness(i - 1);
    rises ||= step > 0;
    falls ||= step < 0;
  }
  return rises === falls ? 0 : rises ? 1 : -1;
}

/** The colours of indices, interleaved; 8 bits where all of the palette's are 8-bit ones times 257 or 256, as they mostly are. */
export function applyPalette(
  indices: ArrayLike<number>,
  palette: Palette,
): { readonly bitDepth: 8 | 16; readonly data: Uint8Array | Uint16Array } {
  const size = palette.length / 3;
  // Some writers forget to scale colours of 8 bits to 16 (libtiff takes them for 8 bits too).
  const unscaled = palette.every((v) => v < 256);
  const small = unscaled || palette.every((v) => v % 257 === 0) || palette.every((v) => v % 256 === 0);
  const table = small && !unscaled ? palette.map((v) => v >> 8) : palette;
  const data = small ? new Uint8Array(indices.length * 3) : new Uint16Array(indices.length * 3);
  for (let i = 0, at = 0; i < indices.length; i++) {
    for (let c = 0; c < 3; c++) data[at++] = table[c * size + indices[i]!]!;
  }
  return { bitDepth: small ? 8 : 16, data };
}
