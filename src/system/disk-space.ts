import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { isNoSuchFile } from "./file-system.js";

/** Tells how much can still be written below a folder, bytes. */
export type FreeBytes = (folder: string) => Promise<number>;

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
