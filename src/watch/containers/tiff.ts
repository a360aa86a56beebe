import { stackPlaces } from "../../frames/stack-places.js";
import { type ExtentProblem, pageExtentProblem } from "../../frames/tiff-extent.js";
import { MAX_DESCRIPTION_BYTES } from "../../frames/tiff-facts.js";
import { type TiffPage, visitTiffPages } from "../../frames/tiff-structure.js";
import { TAG } from "../../frames/tiff-tags.js";
import { type TiffSource, tagText } from "../../frames/tiff-values.js";
import type { RandomAccess } from "../../system/file-system.js";
import type { ContainerCheck } from "./container-check.js";

/**
 * As much of the end of a file as must not be zeros only. Writers and network copies proceed in blocks of 512 bytes or
 * more, so whatever pre-allocated space is still unwritten at the end is at least that long.
 */
const TAIL_BYTES = 512;
/**
 * A tail of zeros over a sixteenth of the data is no black border but space that was reserved and never filled: no camera counts
 * exactly 0 in so many pixels. Such a file is not judged, however long it stays so; a shorter tail is given some more time.
 */
const UNWRITTEN_SHARE = 16;
const BLOCK = 1 << 16;

/** A TIFF is whole when its chain of directories, every value and every strip or tile lie inside the file. */
export async function checkTiff(file: RandomAccess): Promise<ContainerCheck> {
  let pages = 0;
  let dataEnd = 0;
  let first: TiffPage | undefined;
  let trouble: { readonly index: number; readonly problem: ExtentProblem } | undefined;
  const reading = await visitTiffPages(file, (page, index) => {
    pages++;
    first ??= page;
    dataEnd = Math.max(dataEnd, page.directory.end);
    const problem = trouble ? undefined : pageExtentProblem(page, file.size);
    if (problem) trouble = { index, problem };
  });
  if (reading.kind !== "ok") return reading;
  if (trouble) {
    const { index, problem } = trouble;
    return pages === 1 ? problem : { ...problem, why: `page ${index}: ${problem.why}` };
  }
  // A directory at the end of the file is never zeros only; so this looks at the layouts where data comes last.
  const tail = await file.read(Math.max(0, file.size - TAIL_BYTES), TAIL_BYTES);
  const dataTail = tail.subarray(Math.max(0, tail.length - (file.size - dataEnd)));
  if (dataTail.length > 0 && dataTail.every((byte) => byte === 0)) {
    const unwritten = Math.ceil((file.size - dataEnd) / UNWRITTEN_SHARE);
    if (await isZeroAtEnd(file, unwritten)) {
      return {
        kind: "incomplete",
        why: `the last ${unwritten} bytes and more are zeros: space that was never written`,
      };
    }
    return {
      kind: "incomplete",
      why: `the last ${dataTail.length} bytes are zeros: black pixels, or space that is still to be written`,
      suspicious: "zero-tail",
      type: "tiff",
      pages,
    };
  }
  const places = await placesOf({ file, header: reading.value }, first, pages);
  return { kind: "complete", type: "tiff", pages, ...(places !== undefined && { places }) };
}

/** Of the pages of a stack whose description tells them. */
async function placesOf(source: TiffSource, first: TiffPage | undefined, pages: number) {
  if (first === undefined || pages === 1) return undefined;
  const description = await tagText(source, first, TAG.imageDescription, MAX_DESCRIPTION_BYTES);
  return description === undefined ? undefined : stackPlaces(description, pages);
}

async function isZeroAtEnd(file: RandomAccess, length: number): Promise<boolean> {
  for (let from = file.size - length; from < file.size; from += BLOCK) {
    const block = await file.read(from, Math.min(BLOCK, file.size - from));
    if (!block.every((byte) => byte === 0)) return false;
  }
  return true;
}
