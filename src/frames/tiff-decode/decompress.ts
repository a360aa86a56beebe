import { inflateSync } from "node:zlib";
import { damaged } from "../tiff-directory.js";
import { COMPRESSION } from "../tiff-tags.js";
import { unpackLzw } from "./lzw.js";
import { unpackPackBits } from "./packbits.js";

/** What `decompress` undoes. */
export const OWN_COMPRESSIONS: ReadonlySet<number> = new Set([
  COMPRESSION.none,
  COMPRESSION.lzw,
  COMPRESSION.deflate,
  COMPRESSION.deflateOld,
  COMPRESSION.packBits,
]);

/**
 * The first `length` bytes of one strip or tile. Never takes more memory than that and one strip of full height (`full`
 * bytes): an inflated megabyte of a strip can be a gigabyte.
 *
 * @throws TiffStop when there are fewer bytes, or when the data are not of that compression
 */
export function decompress(packed: Uint8Array, compression: number, length: number, full: number): Uint8Array {
  switch (compression) {
    case COMPRESSION.none:
      return atLeast(packed, length);
    case COMPRESSION.packBits:
      return unpackPackBits(packed, length);
    case COMPRESSION.lzw:
      return unpackLzw(packed, length);
    default:
      return atLeast(inflate(packed, full), length);
  }
}

function inflate(packed: Uint8Array, most: number): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength: most });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw damaged(code === "ERR_BUFFER_TOO_LARGE" ? `Deflate data of more than ${most} bytes` : `Deflate: ${message}`);
  }
}

function atLeast(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length < length) throw damaged(`a strip or tile of ${bytes.length} bytes where ${length} are needed`);
  return bytes;
}
