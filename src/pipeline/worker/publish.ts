import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { asRefocusdError, RefocusdError } from "../../errors/refocusd-error.js";
import { replaceFile } from "../../system/publish-file.js";

/**
 * Writes a file so that its name never stands for half of it: temporary file in the same folder, fsync, rename, fsync of
 * the folder. The temporary name is derived from the target, so an interrupted attempt leaves one file at most, which the
 * next attempt replaces.
 *
 * @throws RF_DISK_FULL, RF_OUTPUT_UNWRITABLE
 */
export async function publish(path: string, bytes: Buffer): Promise<{ sha256: string; size: number }> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await replaceFile(path, temporary, bytes);
  } catch (error) {
    throw outputError(error, path);
  }
  return { sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length };
}

function outputError(error: unknown, path: string): RefocusdError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new RefocusdError("RF_DISK_FULL", `${path}: ${message}`, { cause: error });
  if (code !== undefined) return new RefocusdError("RF_OUTPUT_UNWRITABLE", `${path}: ${message}`, { cause: error });
  return asRefocusdError(error);
}
