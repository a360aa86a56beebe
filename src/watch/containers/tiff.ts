import { readTiffStructure, type TiffPage } from "../../frames/tiff-structure.js";
import { COMPRESSION, PHOTOMETRIC } from "../../frames/tiff-tags.js";
import type { RandomAccess } from "../../system/file-system.js";
import type { ContainerCheck } from "./container-check.js";

/**
 * As much of the end of a file as must not be zeros only. Writers and network copies proceed in blocks of 512 bytes or
 * more, so whatever pre-allocated space is still unwritten at the end is at least that long.
 */
const TAIL_BYTES = 512;

type Trouble = Extract<ContainerCheck, { kind: "incomplete" | "damaged" }>;

/** A TIFF is whole when its chain of directories, every value and every strip or tile lie inside the file. */
export async function checkTiff(file: RandomAccess): Promise<ContainerCheck> {
  const reading = await readTiffStructure(file);
  if (reading.kind !== "ok") return reading;
  const { pages } = reading.value;
  for (const [index, page] of pages.entries()) {
    const trouble = pageTrouble(page, file.size);
    if (trouble) return pages.length === 1 ? trouble : { ...trouble, why: `page ${index}: ${trouble.why}` };
  }
  // A directory at the end of the file is never zeros only; so this looks at the layouts where data comes last.
  const tail = await file.read(Math.max(0, file.size - TAIL_BYTES), TAIL_BYTES);
  const dataEnd = Math.max(...pages.map((page) => page.directory.end));
  const dataTail = tail.subarray(Math.max(0, tail.length - (file.size - dataEnd)));
  if (dataTail.length > 0 && dataTail.every((byte) => byte === 0)) {
    return {
      kind: "incomplete",
      why: `the last ${dataTail.length} bytes are zeros: black pixels, or space that is still to be written`,
      suspicious: "zero-tail",
      type: "tiff",
      pages: pages.length,
    };
  }
  return { kind: "complete", type: "tiff", pages: pages.length };
}

function pageTrouble(page: TiffPage, fileSize: number): Trouble | undefined {
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
