import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { RefocusdError } from "../../errors/refocusd-error.js";
import { isNoSuchFile } from "../../system/file-system.js";

/** A settled file's bytes, proven to be those that were settled. */
export type ReadSource = (path: string, sha256: string, pages: number) => Promise<Buffer>;

/**
 * Reads sources; what is judged is what was hashed, since the pixels are decoded from the same bytes. A file of several pages
 * is kept until another is asked for: its pages come one after the other.
 *
 * @throws RF_SOURCE_GONE, RF_UNREADABLE, RF_SOURCE_CHANGED
 */
export function createSourceReader(): ReadSource {
  let kept: { sha256: string; path: string; bytes: Buffer } | undefined;
  return async (path, sha256, pages) => {
    if (kept?.path === path && kept.sha256 === sha256) return kept.bytes;
    kept = undefined;
    const bytes = await readFile(path).catch((error: Error) => {
      const code = isNoSuchFile(error) ? "RF_SOURCE_GONE" : "RF_UNREADABLE";
      throw new RefocusdError(code, `${path}: ${error.message}`, { cause: error });
    });
    const found = createHash("sha256").update(bytes).digest("hex");
    if (found !== sha256) throw new RefocusdError("RF_SOURCE_CHANGED", `${path}: SHA-256 is ${found}, was ${sha256}`);
    if (pages > 1) kept = { sha256, path, bytes };
    return bytes;
  };
}
