import { promisify } from "node:util";
import { inflate } from "node:zlib";
import type { RandomAccess } from "../../system/file-system.js";
import type { Nd2Attributes } from "./attributes.js";
import type { Nd2Channel } from "./channels.js";
import { type ChunkPlace, readWhole } from "./chunk.js";
import { damaged } from "./problem.js";

/** An f64 in front of the pixels of each frame: its time in milliseconds. */
export const FRAME_HEADER_BYTES = 8;
/** Read at a time, so that the other channels of a frame do not fill memory. */
const SLAB_BYTES = 1 << 22;

const unzip = promisify(inflate);

/**
 * One channel's pixels out of a frame's chunk.
 *
 * @param place of the chunk's data
 * @returns height × width × channels values, row by row; RGB in this order, though ND2 stores B, G, R
 * @throws Nd2Stop damaged when the chunk is too short or its zlib stream is not sound
 */
export async function readPlane(
  file: RandomAccess,
  place: ChunkPlace,
  attributes: Nd2Attributes,
  channel: Nd2Channel,
): Promise<Uint8Array | Uint16Array> {
  const { width, height, bitDepth, rowBytes } = attributes;
  const out =
    bitDepth === 8
      ? new Uint8Array(height * width * channel.channels)
      : new Uint16Array(height * width * channel.channels);
  const rowsAtOnce = Math.max(1, Math.floor(SLAB_BYTES / rowBytes));
  const frame = attributes.compression === "zlib" ? await inflated(file, place, attributes) : undefined;
  const needed = pixelBytes(attributes);
  if (frame === undefined && place.length < FRAME_HEADER_BYTES + needed) {
    throw damaged(`the frame's chunk holds ${place.length} bytes where ${FRAME_HEADER_BYTES + needed} are needed`);
  }
  for (let row = 0; row < height; row += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, height - row);
    const from = row * rowBytes;
    // The last row may lack its padding.
    const length = Math.min(rows * rowBytes, needed - from);
    const slab =
      frame?.subarray(from, from + length) ??
      (await readWhole(file, place.offset + FRAME_HEADER_BYTES + from, length, "the frame"));
    copyRows(slab, out, row, rows, attributes, channel);
  }
  return out;
}

/** Bytes from the first pixel to the end of the last one. */
export function pixelBytes({ width, height, components, bitDepth, rowBytes }: Nd2Attributes): number {
  return (height - 1) * rowBytes + (width * components * bitDepth) / 8;
}

async function inflated(file: RandomAccess, place: ChunkPlace, attributes: Nd2Attributes): Promise<Buffer> {
  const most = attributes.rowBytes * attributes.height;
  // zlib makes data longer by 5 bytes in 16 kB at the worst.
  if (place.length > FRAME_HEADER_BYTES + most + most / 1000 + 4096) throw damaged("the frame's chunk is too long");
  if (place.length < FRAME_HEADER_BYTES) throw damaged("the frame's chunk is too short");
  const length = place.length - FRAME_HEADER_BYTES;
  const packed = await readWhole(file, place.offset + FRAME_HEADER_BYTES, length, "the frame");
  let bytes: Buffer;
  try {
    bytes = await unzip(packed, { maxOutputLength: most });
  } catch (error) {
    throw damaged(`the frame cannot be unpacked: ${(error as Error).message}`);
  }
  const needed = pixelBytes(attributes);
  if (bytes.length < needed) throw damaged(`the frame unpacks to ${bytes.length} bytes where ${needed} are needed`);
  return bytes;
}

function copyRows(
  slab: Buffer,
  out: Uint8Array | Uint16Array,
  firstRow: number,
  rows: number,
  { width, components, bitDepth, rowBytes }: Nd2Attributes,
  { component, channels }: Nd2Channel,
): void {
  const bytes = bitDepth / 8;
  let to = firstRow * width * channels;
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < width; x++) {
      const pixel = row * rowBytes + (x * components + component) * bytes;
      for (let c = channels - 1; c >= 0; c--) {
        const at = pixel + c * bytes;
        out[to++] = bytes === 1 ? slab[at]! : slab[at]! | (slab[at + 1]! << 8);
      }
    }
  }
}
