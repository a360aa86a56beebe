import type { RandomAccess } from "../system/file-system.js";

/** A file that is already in memory, read in the same way as one on disk. Results share the memory of `bytes`. */
export function bufferAccess(bytes: Buffer): RandomAccess {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, Math.max(offset, offset + length))),
    close: () => Promise.resolve(),
  };
}
