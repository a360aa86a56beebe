import type { RandomAccess } from "../system/file-system.js";
import type { ReadProblem } from "./read-problem.js";
import {
  damaged,
  incomplete,
  readTiffDirectory,
  readTiffHeader,
  type TiffDirectory,
  type TiffHeader,
  TiffStop,
  type TiffTag,
  unsupported,
} from "./tiff-directory.js";
import { TAG } from "./tiff-tags.js";
import { type TiffSource, tagUint, tagUints } from "./tiff-values.js";

export type { TiffHeader, TiffTag } from "./tiff-directory.js";
export type { TiffSource } from "./tiff-values.js";

/** One page: what its pixels are and where they lie. Numbers that the file leaves out have TIFF 6.0's defaults. */
export interface TiffPage {
  readonly directory: { readonly offset: number; readonly end: number };
  readonly tags: ReadonlyMap<number, TiffTag>;
  readonly width: number;
  readonly height: number;
  readonly samplesPerPixel: number;
  /** One number per sample. */
  readonly bitsPerSample: readonly number[];
  /** 1 unsigned, 2 signed, 3 float; one number per sample. */
  readonly sampleFormat: readonly number[];
  /** What each sample beyond the colours is: 0 unspecified, 1 and 2 transparency. */
  readonly extraSamples: readonly number[];
  readonly compression: number;
  readonly photometric: number | undefined;
  /** How values were changed before compression: 1 not, 2 horizontal differences, 3 floating point. */
  readonly predictor: number;
  /** 2 where the bits of each byte are in reverse. */
  readonly fillOrder: number;
  /** Whether the samples of a pixel lie in planes of their own instead of side by side. */
  readonly planar: boolean;
  readonly tiled: boolean;
  /** Pixels of one tile, or of one strip (the last strip may have fewer rows). */
  readonly segmentWidth: number;
  readonly segmentHeight: number;
  /** Places of the strips or tiles in the file. */
  readonly offsets: Float64Array;
  /** Their lengths in bytes; empty when the file does not tell. */
  readonly byteCounts: Float64Array;
}

export interface TiffStructure {
  readonly header: TiffHeader;
  readonly pages: readonly TiffPage[];
}

export type TiffReading<T> = { readonly kind: "ok"; readonly value: T } | ReadProblem;

/** A stack longer than this would be a frame queue of its own; it also bounds what a malformed chain can cost. */
export const MAX_PAGES = 10_000;
/** 2^22 strips: a frame of 64 megapixels has at most 65,536 rows or, in 16-px tiles, 262,144 tiles. */
const MAX_SEGMENTS = 1 << 22;
/**
 * In all pages together. Directories of a malicious file may overlap and share their lists, so that the file's size bounds
 * neither: 10,000 pages that share one list of 2^22 strips would be 640 GB. A stack of 10,000 pages of 1024 strips is let through.
 */
const MAX_SEGMENTS_TOGETHER = 1 << 24;
/** 10,000 pages with 140 tags each; NIS-Elements writes 23. */
const MAX_DIRECTORY_BYTES = 1 << 24;

/** All pages. Follows the chain of directories, not SubIFDs; reads no pixel. Holds all lists of strips: see `visitTiffPages`. */
export async function readTiffStructure(file: RandomAccess, maxPages = MAX_PAGES): Promise<TiffReading<TiffStructure>> {
  const pages: TiffPage[] = [];
  const reading = await visitTiffPages(file, (page) => void pages.push(page), maxPages);
  return reading.kind === "ok" ? { kind: "ok", value: { header: reading.value, pages } } : reading;
}

/** Shows every page to `visit` and keeps none. */
export function visitTiffPages(
  file: RandomAccess,
  visit: (page: TiffPage, index: number) => void,
  maxPages = MAX_PAGES,
): Promise<TiffReading<TiffHeader>> {
  return readingTiff(async () => {
    const header = await readTiffHeader(file);
    let index = 0;
    let segments = 0;
    for await (const directory of directories(file, header, maxPages)) {
      const page = await describePage({ file, header }, directory);
      segments += page.offsets.length + page.byteCounts.length;
      if (segments > 2 * MAX_SEGMENTS_TOGETHER)
        throw unsupported(`a TIFF in more than ${MAX_SEGMENTS_TOGETHER} pieces`);
      visit(page, index++);
    }
    return header;
  });
}

/** One page of a file; the pages before it are only stepped over. `damaged` when there is no such page. */
export function readTiffPage(
  file: RandomAccess,
  index: number,
): Promise<TiffReading<{ readonly header: TiffHeader; readonly page: TiffPage; readonly first: TiffPage }>> {
  return readingTiff(async () => {
    const header = await readTiffHeader(file);
    let first: TiffPage | undefined;
    let i = 0;
    for await (const directory of directories(file, header, MAX_PAGES)) {
      if (i === 0) first = await describePage({ file, header }, directory);
      if (i === index) return { header, page: await describePage({ file, header }, directory), first: first! };
      i++;
    }
    throw damaged(`there is no page ${index}; the file has ${i}`);
  });
}

async function* directories(file: RandomAccess, header: TiffHeader, maxPages: number): AsyncGenerator<TiffDirectory> {
  // libtiff writes the first pointer as 0 and sets it only when all strips are there.
  if (header.firstIfd === 0) throw incomplete("no directory has been written yet");
  const visited = new Set<number>();
  let bytes = 0;
  for (let offset = header.firstIfd; offset !== 0; ) {
    if (visited.has(offset)) throw damaged(`directories form a loop at ${offset}`);
    if (visited.size >= maxPages) throw unsupported(`a TIFF with more than ${maxPages} pages`);
    visited.add(offset);
    const directory = await readTiffDirectory(file, header, offset);
    bytes += directory.end - directory.offset;
    if (bytes > MAX_DIRECTORY_BYTES)
      throw unsupported(`a TIFF with more than ${MAX_DIRECTORY_BYTES} bytes of directories`);
    yield directory;
    offset = directory.next;
  }
}

async function describePage(source: TiffSource, directory: TiffDirectory): Promise<TiffPage> {
  const uint = (id: number) => tagUint(source, directory, id);
  const width = await uint(TAG.imageWidth);
  const height = await uint(TAG.imageLength);
  if (!width || !height) throw damaged(`no image size in the directory at ${directory.offset}`);
  const samplesPerPixel = (await uint(TAG.samplesPerPixel)) ?? 1;
  const perSample = async (id: number) => [...((await tagUints(source, directory, id, 16)) ?? [1])];
  const tiled = directory.tags.has(TAG.tileOffsets);
  const list = async (id: number) => {
    const count = directory.tags.get(id)?.count ?? 0;
    if (count > MAX_SEGMENTS) throw unsupported(`a TIFF page in ${count} pieces`);
    return (await tagUints(source, directory, id, MAX_SEGMENTS)) ?? new Float64Array(0);
  };
  return {
    directory: { offset: directory.offset, end: directory.end },
    tags: directory.tags,
    width,
    height,
    samplesPerPixel,
    bitsPerSample: await perSample(TAG.bitsPerSample),
    sampleFormat: await perSample(TAG.sampleFormat),
    extraSamples: [...((await tagUints(source, directory, TAG.extraSamples, 16)) ?? [])],
    compression: (await uint(TAG.compression)) ?? 1,
    photometric: await uint(TAG.photometric),
    predictor: (await uint(TAG.predictor)) ?? 1,
    fillOrder: (await uint(TAG.fillOrder)) ?? 1,
    planar: (await uint(TAG.planarConfiguration)) === 2 && samplesPerPixel > 1,
    tiled,
    segmentWidth: tiled ? ((await uint(TAG.tileWidth)) ?? 0) : width,
    segmentHeight: tiled
      ? ((await uint(TAG.tileLength)) ?? 0)
      : Math.min(height, (await uint(TAG.rowsPerStrip)) || height),
    offsets: await list(tiled ? TAG.tileOffsets : TAG.stripOffsets),
    byteCounts: await list(tiled ? TAG.tileByteCounts : TAG.stripByteCounts),
  };
}

/** Turns what TIFF modules throw into a result. */
export async function readingTiff<T>(read: () => Promise<T>): Promise<TiffReading<T>> {
  try {
    return { kind: "ok", value: await read() };
  } catch (error) {
    if (error instanceof TiffStop) return error.problem;
    throw error;
  }
}
