import type { RandomAccess } from "../../system/file-system.js";
import { damaged, unsupported } from "./problem.js";

const MAGIC = 0x0abeceda;
/** u32 magic, u32 length of the name field, u64 length of the data. */
export const CHUNK_HEADER_BYTES = 16;
/** The name field is padded so that chunks begin at multiples of 4096 bytes; met up to 4140. */
const MAX_NAME_FIELD_BYTES = 1 << 16;

export interface Chunk {
  readonly data: Buffer;
}

/** Where the data of a chunk lie in the file. */
export interface ChunkPlace {
  readonly offset: number;
  readonly length: number;
}

/**
 * Finds a chunk's data from the header in front of it, and makes sure that it is the chunk asked for and lies inside the file.
 *
 * @param at where the map says the chunk begins
 * @throws Nd2Stop damaged
 */
export async function chunkPlace(file: RandomAccess, at: number, name: string): Promise<ChunkPlace> {
  const shown = JSON.stringify(name);
  const head = await file.read(at, CHUNK_HEADER_BYTES + name.length);
  if (head.length < CHUNK_HEADER_BYTES + name.length || head.readUInt32LE(0) !== MAGIC) {
    throw damaged(`there is no chunk at byte ${at}, where ${shown} should be`);
  }
  const nameField = head.readUInt32LE(4);
  const length = safeNumber(head.readBigUInt64LE(8));
  if (nameField < name.length || nameField > MAX_NAME_FIELD_BYTES || head.toString("latin1", 16) !== name) {
    throw damaged(`the chunk at byte ${at} is not ${shown}`);
  }
  const offset = at + CHUNK_HEADER_BYTES + nameField;
  if (length === undefined || offset + length > file.size) {
    throw damaged(`the chunk ${shown} reaches beyond the end of the file`);
  }
  return { offset, length };
}

/**
 * Reads a chunk as a whole.
 * @param what the chunk in words, for people
 * @throws Nd2Stop damaged; unsupported when it is longer than `maxBytes`
 */
export async function readChunk(
  file: RandomAccess,
  at: number,
  name: string,
  maxBytes: number,
  what: string,
): Promise<Chunk> {
  const { offset, length } = await chunkPlace(file, at, name);
  if (length > maxBytes) throw unsupported(`an ND2 file in which ${what} is ${length} bytes long`);
  return { data: await readWhole(file, offset, length, what) };
}

/** @throws Nd2Stop damaged when the file is shorter now */
export async function readWhole(file: RandomAccess, offset: number, length: number, what: string): Promise<Buffer> {
  const data = await file.read(offset, length);
  if (data.length < length) throw damaged(`${what} cannot be read to its end`);
  return data;
}

/** A 64-bit number as a double, where that is exact: up to 2^53, which is 9 PB. */
export function safeNumber(value: bigint): number | undefined {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}
