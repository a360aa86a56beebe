import { bufferAccess } from "./buffer-access.js";
import type { RawTag } from "./tiff-fields.js";
import { readTiffPage } from "./tiff-structure.js";
import { fieldTypeSize, TAG } from "./tiff-tags.js";
import { tagBytes } from "./tiff-values.js";

/** NIS-Elements' time, pixel size and stage position: plain numbers, which mean the same in any file. */
const CARRIED = [TAG.nisTimeMs, TAG.nisPixelSizeUm, TAG.nisStageAndTime];
/** A real value has 1 or 4 doubles. */
const MAX_BYTES = 1024;

/**
 * The private tags of a NIS-Elements page that a derived file may keep, for `encodeTiff`'s `extraTags`. None for a file
 * that is not a TIFF of NIS-Elements. The large blobs (65330 to 65333) describe the original acquisition and stay with it.
 */
export async function nisTagsToCarry(bytes: Buffer, page: number): Promise<RawTag[]> {
  const file = bufferAccess(bytes);
  const reading = await readTiffPage(file, page);
  if (reading.kind !== "ok") return [];
  const { header, page: from } = reading.value;
  const tags: RawTag[] = [];
  for (const id of CARRIED) {
    const tag = from.tags.get(id);
    const data = await tagBytes({ file, header }, from, id, MAX_BYTES);
    if (!tag || !data || tag.byteLength === 0 || data.length < tag.byteLength) continue;
    tags.push({ id, type: tag.type, count: tag.count, data: littleEndian(data, tag.type, header.littleEndian) });
  }
  return tags;
}

function littleEndian(data: Buffer, type: number, isLittle: boolean): Buffer {
  const copy = Buffer.from(data);
  if (isLittle) return copy;
  // A rational is two 32-bit numbers.
  const size = type === 5 || type === 10 ? 4 : fieldTypeSize(type);
  return size === 8 ? copy.swap64() : size === 4 ? copy.swap32() : size === 2 ? copy.swap16() : copy;
}
