import type { RandomAccess } from "../../system/file-system.js";
import { CHUNK_HEADER_BYTES, type Chunk, readChunk, safeNumber } from "./chunk.js";
import { damaged, incomplete, unsupported } from "./problem.js";

const FILE_SIGNATURE = "ND2 FILE SIGNATURE CHUNK NAME01!";
const MAP_NAME = "ND2 FILEMAP SIGNATURE NAME 0001!";
const MAP_SIGNATURE = "ND2 CHUNK MAP SIGNATURE 0000001!";
const FOOTER_BYTES = MAP_SIGNATURE.length + 8;
const FRAME_NAME = /^ImageDataSeq\|(\d{1,9})!$/;

/** A map of 100,000 frames with two more chunks for each is some 15 MB. */
const MAX_MAP_BYTES = 1 << 25;
/** Longest name met: 45 bytes. */
const MAX_NAME_BYTES = 256;

export interface ChunkMap {
  /** Where each named chunk begins, for all but the frames. A name that was written again has its newest place. */
  readonly chunks: ReadonlyMap<string, number>;
  /** Where the chunk of each frame begins, by sequence index; a hole is a frame that is not in the file. */
  readonly frames: ReadonlyMap<number, number>;
  /** The highest sequence index + 1. */
  readonly sequences: number;
}

/**
 * The table of chunks. Container (all numbers little endian): the first chunk is named "ND2 FILE SIGNATURE CHUNK NAME01!" and holds
 * "Ver3.0"; the last 40 bytes are "ND2 CHUNK MAP SIGNATURE 0000001!" and the place (u64) of the chunk "ND2 FILEMAP SIGNATURE NAME 0001!";
 * that holds, for each chunk, its name up to "!", its place and its size (u64 both; the size is not always right, so it is not used).
 *
 * Source: what tlambert03/nd2, Laboratory-Imaging/limnd2 and openreadout document, and real files.
 * @throws Nd2Stop incomplete (no map yet: NIS-Elements writes it last), damaged, unsupported (another version, too many chunks)
 */
export async function readChunkMap(file: RandomAccess): Promise<ChunkMap> {
  const at = await mapPlace(file);
  await checkVersion(file);
  const chunk = await readChunk(file, at, MAP_NAME, MAX_MAP_BYTES, "the chunk map");
  return parseMap(chunk, file.size);
}

async function checkVersion(file: RandomAccess): Promise<void> {
  const start = await file.read(0, CHUNK_HEADER_BYTES + FILE_SIGNATURE.length + 8);
  if (start.length < CHUNK_HEADER_BYTES + FILE_SIGNATURE.length + 8) throw incomplete(`only ${start.length} bytes`);
  const name = start.toString("latin1", CHUNK_HEADER_BYTES, CHUNK_HEADER_BYTES + FILE_SIGNATURE.length);
  const version = start.toString("latin1", CHUNK_HEADER_BYTES + FILE_SIGNATURE.length).replace(/\0.*$/s, "");
  if (name !== FILE_SIGNATURE) throw damaged("it does not begin with the file signature of an ND2");
  if (!/^Ver3\.\d$/.test(version)) {
    const which = /^Ver\d\.\d$/.test(version) ? `of version ${version.slice(3)}` : "of an unknown version";
    throw unsupported(`an ND2 file ${which}, where 3.x is read: save it anew with NIS-Elements, or export TIFF`);
  }
}

async function mapPlace(file: RandomAccess): Promise<number> {
  const footer = await file.read(Math.max(0, file.size - FOOTER_BYTES), FOOTER_BYTES);
  const isClosed =
    footer.length === FOOTER_BYTES && footer.toString("latin1", 0, MAP_SIGNATURE.length) === MAP_SIGNATURE;
  const at = isClosed ? footer.readBigUInt64LE(MAP_SIGNATURE.length) : undefined;
  if (at === undefined || at >= BigInt(file.size)) {
    throw incomplete("it has no chunk map yet, which NIS-Elements writes last: it is still being recorded or copied");
  }
  return Number(at);
}

function parseMap({ data }: Chunk, fileSize: number): ChunkMap {
  const chunks = new Map<string, number>();
  const frames = new Map<number, number>();
  let sequences = 0;
  for (let at = 0; ; ) {
    const end = data.indexOf(0x21, at);
    if (end < 0 || end - at >= MAX_NAME_BYTES) throw damaged("the chunk map has no end mark");
    const name = data.toString("latin1", at, end + 1);
    if (name === MAP_SIGNATURE) return { chunks, frames, sequences };
    if (end + 17 > data.length) throw damaged("the chunk map ends within an entry");
    const place = safeNumber(data.readBigUInt64LE(end + 1));
    if (place === undefined || place + CHUNK_HEADER_BYTES > fileSize) {
      throw damaged(`the chunk map puts ${JSON.stringify(name)} beyond the end of the file`);
    }
    const frame = FRAME_NAME.exec(name);
    if (frame === null) {
      chunks.set(name, place);
    } else {
      const index = Number(frame[1]);
      frames.set(index, place);
      sequences = Math.max(sequences, index + 1);
    }
    at = end + 17;
  }
}
