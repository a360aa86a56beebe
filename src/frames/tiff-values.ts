import type { RandomAccess } from "../system/file-system.js";
import { incomplete, readUint, type TiffDirectory, type TiffHeader, type TiffTag } from "./tiff-directory.js";
import { fieldTypeSize } from "./tiff-tags.js";

/** BYTE, SHORT, LONG, IFD, LONG8, IFD8. */
const UNSIGNED_TYPES = new Set([1, 3, 4, 13, 16, 18]);

type Tags = Pick<TiffDirectory, "tags">;

/** Where values are read from: the file and how its numbers are stored. */
export interface TiffSource {
  readonly file: RandomAccess;
  readonly header: TiffHeader;
}

/** The bytes of a value as they are in the file, at most `maxBytes` of them; `undefined` when the tag is not there. */
export async function tagBytes(
  source: TiffSource,
  page: Tags,
  id: number,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const tag = page.tags.get(id);
  return tag && readValue(source, tag, maxBytes);
}

/** Unsigned integers; `undefined` when the tag is not there or of another type. Reads at most `maxCount` values. */
export async function tagUints(
  source: TiffSource,
  page: Tags,
  id: number,
  maxCount: number,
): Promise<Float64Array | undefined> {
  const tag = page.tags.get(id);
  if (!tag || !UNSIGNED_TYPES.has(tag.type)) return undefined;
  const size = fieldTypeSize(tag.type);
  const count = Math.min(tag.count, maxCount);
  const bytes = await readValue(source, tag, count * size);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = readUint(bytes, i * size, size, source.header.littleEndian);
  return values;
}

export async function tagUint(source: TiffSource, page: Tags, id: number): Promise<number | undefined> {
  return (await tagUints(source, page, id, 1))?.[0];
}

/** Real numbers: DOUBLE, FLOAT or RATIONAL. */
export async function tagReals(source: TiffSource, page: Tags, id: number): Promise<number[] | undefined> {
  const tag = page.tags.get(id);
  if (!tag || ![5, 11, 12].includes(tag.type)) return undefined;
  const le = source.header.littleEndian;
  const size = fieldTypeSize(tag.type);
  const bytes = await readValue(source, tag, Math.min(tag.count, 64) * size);
  return Array.from({ length: bytes.length / size }, (_, i) => {
    const at = i * size;
    if (tag.type === 12) return le ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at);
    if (tag.type === 11) return le ? bytes.readFloatLE(at) : bytes.readFloatBE(at);
    return readUint(bytes, at, 4, le) / readUint(bytes, at + 4, 4, le);
  });
}

/** Text up to its first NUL, read as UTF-8, at most `maxBytes` of it. */
export async function tagText(
  source: TiffSource,
  page: Tags,
  id: number,
  maxBytes: number,
): Promise<string | undefined> {
  const tag = page.tags.get(id);
  if (!tag || ![1, 2, 7].includes(tag.type)) return undefined;
  const text = (await readValue(source, tag, maxBytes)).toString("utf8");
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

async function readValue({ file }: TiffSource, tag: TiffTag, maxBytes: number): Promise<Buffer> {
  const length = Math.min(tag.byteLength, maxBytes);
  const bytes = await file.read(tag.offset, length);
  if (bytes.length < length) throw incomplete(`value of tag ${tag.id} cannot be read yet`);
  return bytes;
}
