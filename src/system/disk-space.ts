import { randomBytes } from "node:crypto";
import { mkdir, open, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isNoSuchFile } from "./file-system.js";

/** Tells how much can still be written below a folder, bytes. */
export type FreeBytes = (folder: string) => Promise<number>;

/** Finds out whether so many bytes can be written into a folder, which is made if need be. Errors are Node's. */
export type TryWrite = (folder: string, bytes: number) => Promise<void>;

/**
 * What the user of this process may still write on the file system on which `folder` lies, or will lie once it is made.
 * Errors are Node's.
 */
export const systemFreeBytes: FreeBytes = async (folder) => {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch (error) {
      if (!isNoSuchFile(error) || dirname(at) === at) throw error;
    }
  }
};

const TRIAL_NAME = ".refocusd-room.tmp";
const CHUNK_BYTES = 1 << 20;

/** By writing them and removing them again: free space says nothing of quotas, inodes and permissions. */
export const systemTryWrite: TryWrite = async (folder, bytes) => {
  await mkdir(folder, { recursive: true });
  const path = join(folder, TRIAL_NAME);
  // Random, since zeros take up no room where the file system compresses.
  const chunk = randomBytes(CHUNK_BYTES);
  try {
    const file = await open(path, "w");
    try {
      for (let left = bytes; left > 0; left -= CHUNK_BYTES)
        await file.writeFile(chunk.subarray(0, Math.min(left, CHUNK_BYTES)));
      await file.sync();
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
};
