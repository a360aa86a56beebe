import type { ReadProblem } from "./read-problem.js";
import type { TiffPage } from "./tiff-structure.js";
import { COMPRESSION, PHOTOMETRIC } from "./tiff-tags.js";

export type ExtentProblem = Extract<ReadProblem, { kind: "incomplete" | "damaged" }>;

/**
 * Why a page's pixels cannot all be in a file of `fileSize` bytes; `undefined` when they are. libvips itself returns wrong
 * pixels without an error for a strip whose offset is 0.
 */
export function pageExtentProblem(page: TiffPage, fileSize: number): ExtentProblem | undefined {
  const what = page.tiled ? "tile" : "strip";
  const count = segmentCount(page);
  if (!Number.isFinite(count)) return { kind: "damaged", why: `${what}s of size 0` };
  if (page.offsets.length < count) {
    return { kind: "damaged", why: `${page.offsets.length} of ${count} ${what}s are listed` };
  }
  const needed = uncompressedBytes(page);
  // Old writers leave the lengths out where they follow from the size.
  const assumed = needed !== undefined && page.byteCounts.length === 0;
  if (!assumed && page.byteCounts.length < count) {
    return { kind: "damaged", why: `the lengths of ${page.byteCounts.length} of ${count} ${what}s are listed` };
  }
  let total = 0;
  for (let i = 0; i < count; i++) {
    const offset = page.offsets[i]!;
    const length = assumed ? needed / count : page.byteCounts[i]!;
    if (offset === 0) return { kind: "incomplete", why: `${what} ${i} has not been written yet` };
    if (length === 0) return { kind: "incomplete", why: `${what} ${i} has no bytes yet` };
    if (Math.floor(offset + length) > fileSize) {
      return { kind: "incomplete", why: `${what} ${i} reaches beyond the end of the file` };
    }
    total += length;
  }
  if (needed !== undefined && Math.ceil(total) < needed) {
    return { kind: "incomplete", why: `${total} bytes of pixels where ${needed} are needed` };
  }
  return undefined;
}

function segmentCount(page: TiffPage): number {
  const perPlane = Math.ceil(page.width / page.segmentWidth) * Math.ceil(page.height / page.segmentHeight);
  return perPlane * (page.planar ? page.samplesPerPixel : 1);
}

/** Bytes that all pixels of an uncompressed page take; `undefined` where that does not follow from the size. */
function uncompressedBytes(page: TiffPage): number | undefined {
  if (page.compression !== COMPRESSION.none || page.photometric === PHOTOMETRIC.yCbCr) return undefined;
  const bits = page.bitsPerSample[0] ?? 1;
  const samples = page.planar ? 1 : page.samplesPerPixel;
  const bytesPerRow = (width: number) => Math.ceil((width * samples * bits) / 8);
  const planes = page.planar ? page.samplesPerPixel : 1;
  return page.tiled
    ? segmentCount(page) * bytesPerRow(page.segmentWidth) * page.segmentHeight
    : planes * bytesPerRow(page.width) * page.height;
}
