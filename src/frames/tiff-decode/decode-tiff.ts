import type { SourceFacts } from "../facts.js";
import type { Frame } from "../frame.js";
import type { PixelLayout, RefusedLayout, SamplesLayout } from "../pixel-layout.js";
import { decodePixels, openImage } from "../sharp-pixels.js";
import { unsupported } from "../tiff-directory.js";
import { readingTiff, type TiffPage, type TiffReading } from "../tiff-structure.js";
import { COMPRESSION } from "../tiff-tags.js";
import type { TiffSource } from "../tiff-values.js";
import { isOldLzw } from "./lzw.js";
import { applyPalette, paletteOrder, readPalette } from "./palette.js";
import { readSamples } from "./read-samples.js";

export interface TiffPixels {
  readonly frame: Frame;
  readonly facts: Pick<SourceFacts, "significantBits" | "palette" | "samplesIgnored">;
}

/**
 * The pixels of a page whose size and extent have been checked, by libvips where that is exact.
 *
 * @throws RF_DECODE_FAILED what libvips objects to; everything else is told by the result
 */
export async function decodeTiffPixels(
  bytes: Buffer,
  source: TiffSource,
  page: TiffPage,
  index: number,
  layout: Exclude<PixelLayout, RefusedLayout>,
): Promise<TiffReading<TiffPixels>> {
  const { width, height } = page;
  return readingTiff(async () => {
    switch (layout.kind) {
      case "exact": {
        const { channels, bitDepth } = layout;
        if (isOldLzwPage(bytes, page)) {
          // libvips reads it with a warning, and stops at warnings.
          const plain = {
            kind: "samples",
            channels,
            bitDepth,
            storedBits: bitDepth,
            meaning: "values",
            extra: 0,
          } as const;
          return samplesOf(bytes, source, page, plain);
        }
        const data = await decodePixels(openImage(bytes, "tiff", index), layout, width, height);
        return { frame: { width, height, channels, bitDepth, data }, facts: {} };
      }
      case "fax": {
        const mono = { kind: "exact", channels: 1, bitDepth: 8 } as const;
        const spread = await decodePixels(openImage(bytes, "tiff", index), mono, width, height);
        const data = (spread as Uint8Array).map((value) => ((value === 255) === layout.whiteIsZero ? 0 : 1));
        const frame = { width, height, channels: 1, bitDepth: 8, data } as const;
        return { frame: layout.whiteIsZero ? { ...frame, whiteIsZero: true } : frame, facts: { significantBits: 1 } };
      }
      case "samples":
        return samplesOf(bytes, source, page, layout);
    }
  });
}

function isOldLzwPage(bytes: Buffer, { compression, offsets, planar, fillOrder }: TiffPage): boolean {
  return compression === COMPRESSION.lzw && !planar && fillOrder === 1 && isOldLzw(bytes.subarray(offsets[0]!));
}

async function samplesOf(
  bytes: Buffer,
  source: TiffSource,
  page: TiffPage,
  layout: SamplesLayout,
): Promise<TiffPixels> {
  const { channels, bitDepth, sampleFormat, storedBits, meaning, extra } = layout;
  const { width, height } = page;
  const data = readSamples(bytes, page, source.header.littleEndian, layout);
  const size = { width, height, channels };
  const facts = {
    ...(storedBits < bitDepth && sampleFormat === undefined && { significantBits: storedBits }),
    ...(extra > 0 && { samplesIgnored: extra }),
  };
  if (meaning === "palette")
    return paletteFrame({ ...size, bitDepth, data }, await readPalette(source, page, storedBits), facts);
  return {
    frame: {
      ...size,
      bitDepth,
      ...(sampleFormat && { sampleFormat }),
      ...(meaning === "white-is-zero" && { whiteIsZero: true }),
      data,
    },
    facts,
  };
}

/** A palette that only tints leaves the index as the count; any other means its colours. */
function paletteFrame(
  frame: Frame,
  palette: Awaited<ReturnType<typeof readPalette>>,
  facts: TiffPixels["facts"],
): TiffPixels {
  if (!palette) throw unsupported("palette pixels without a complete palette");
  const order = paletteOrder(palette);
  if (order !== 0) {
    return { frame: order > 0 ? frame : { ...frame, whiteIsZero: true }, facts: { ...facts, palette: "index" } };
  }
  const { significantBits: _, ...others } = facts;
  return {
    frame: { width: frame.width, height: frame.height, channels: 3, ...applyPalette(frame.data, palette) },
    facts: { ...others, palette: "colours" },
  };
}
