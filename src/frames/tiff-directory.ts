import type { RandomAccess } from "../system/file-system.js";
import type { ReadProblem } from "./read-problem.js";
import { fieldTypeSize } from "./tiff-tags.js";

/** Carries a `ReadProblem` out of nested reading; never leaves the TIFF modules. */
export class TiffStop extends Error {
  readonly problem: ReadProblem;
  constructor(problem: ReadProblem) {
    super(problem.kind);
    this.problem = problem;
  }
}

export const incomplete = (why: string) => new TiffStop({ kind: "incomplete", why });
export const damaged = (why: string) => new TiffStop({ kind: "damaged", why });
export const unsupported = (what: string) => new TiffStop({ kind: "unsupported", what });

/** A TIFF's first bytes: byte order, classic or BigTIFF, where the first directory is. */
export interface TiffHeader {
  readonly littleEndian: boolean;
  readonly big: boolean;
  readonly firstIfd: number;
  readonly byteLength: 8 | 16;
}

export interface TiffTag {
  readonly id: number;
  /** Field type number of TIFF 6.0 and BigTIFF. */
  readonly type: number;
  readonly count: number;
  /** Place of the value in the file, whether it is kept in the directory entry or elsewhere. */
  readonly offset: number;
  /** Bytes of the value; 0 when the type is unknown. */
  readonly byteLength: number;
}

export interface TiffDirectory {
  readonly offset: number;
  /** First byte after the directory. */
  readonly end: number;
  readonly tags: ReadonlyMap<number, TiffTag>;
  /** Offset of the next directory, 0 after the last. */
  readonly next: number;
}

/** More entries than any writer makes (NIS-Elements: 23); a count above it is data read as a directory. */
const MAX_ENTRIES = 4096;
/** Holds the directories of all common writers, so that one read does; over a share each read is a round trip. */
const USUAL_DIRECTORY_BYTES = 1024;

export async function readTiffHeader(file: RandomAccess): Promise<TiffHeader> {
  const bytes = await file.read(0, 16);
  if (bytes.length < 8) throw incomplete(`only ${bytes.length} bytes`);
  const littleEndian = bytes[0] === 0x49;
  const version = littleEndian ? bytes.readUInt16LE(2) : bytes.readUInt16BE(2);
  if (version !== 43) {
    const firstIfd = littleEndian ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4);
    return { littleEndian, big: false, firstIfd, byteLength: 8 };
  }
  if (bytes.length < 16) throw incomplete(`only ${bytes.length} bytes`);
  const offsetSize = littleEndian ? bytes.readUInt16LE(4) : bytes.readUInt16BE(4);
  if (offsetSize !== 8) throw damaged(`BigTIFF with offsets of ${offsetSize} bytes`);
  return { littleEndian, big: true, firstIfd: readUint(bytes, 8, 8, littleEndian), byteLength: 16 };
}

/** One directory with the places of its values, each checked to lie inside the file. */
export async function readTiffDirectory(
  file: RandomAccess,
  header: TiffHeader,
  offset: number,
): Promise<TiffDirectory> {
  const { littleEndian: le, big } = header;
  const countSize = big ? 8 : 2;
  const entrySize = big ? 20 : 12;
  const wordSize = big ? 8 : 4;
  // libtiff sets the pointer in the header before it writes the directory: it may point at nothing yet.
  if (offset + countSize > file.size) throw incomplete(`directory at ${offset}, beyond the end`);
  if (offset < header.byteLength) throw damaged(`directory at ${offset}, inside the header`);
  let bytes = await file.read(offset, USUAL_DIRECTORY_BYTES);
  if (bytes.length < countSize) throw incomplete(`directory at ${offset} cannot be read yet`);
  const count = readUint(bytes, 0, countSize, le);
  if (count === 0) throw incomplete(`directory at ${offset} has not been written yet`);
  if (count > MAX_ENTRIES) throw damaged(`directory at ${offset} with ${count} entries`);
  const length = countSize + count * entrySize + wordSize;
  if (offset + length > file.size) throw incomplete(`directory at ${offset} reaches beyond the end`);
  if (length > bytes.length) bytes = await file.read(offset, length);
  if (bytes.length < length) throw incomplete(`directory at ${offset} cannot be read yet`);

  const tags = new Map<number, TiffTag>();
  for (let i = 0; i < count; i++) {
    const at = countSize + i * entrySize;
    const id = readUint(bytes, at, 2, le);
    const type = readUint(bytes, at + 2, 2, le);
    const values = readUint(bytes, at + 4, wordSize, le);
    if (id === 0 && type === 0 && values === 0) throw incomplete(`directory at ${offset} is partly unwritten`);
    const byteLength = fieldTypeSize(type) * values;
    const place = at + 4 + wordSize;
    const valueOffset = byteLength > wordSize ? readUint(bytes, place, wordSize, le) : offset + place;
    if (valueOffset === 0) throw incomplete(`value of tag ${id} has not been written yet`);
    if (valueOffset + byteLength > file.size) throw incomplete(`value of tag ${id} reaches beyond the end`);
    // libtiff takes the first of two equal tags.
    if (!tags.has(id)) tags.set(id, { id, type, count: values, offset: valueOffset, byteLength });
  }
  return { offset, end: offset + length, tags, next: readUint(bytes, length - wordSize, wordSize, le) };
}

/** An unsigned integer of 1, 2, 4 or 8 bytes. Above 2^53 it is not exact, but then it is beyond any file's end as well. */
export function readUint(bytes: Buffer, at: number, size: number, littleEndian: boolean): number {
  switch (size) {
    case 1:
      return bytes.readUInt8(at);
    case 2:
      return littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
    case 4:
      return littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    default:
      return Number(littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  }
}
