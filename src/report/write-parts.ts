import { type FileHandle, open, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import { publishFile } from "../system/publish-file.js";

export interface WrittenFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Writes a file piece by piece, and puts it in its place when it is whole and on the disk.
 * @throws RF_DISK_FULL, RF_OUTPUT_UNWRITABLE, and what `parts` throws
 */
export async function writeParts(
  path: string,
  parts: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<WrittenFile> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  let file: FileHandle | undefined;
  try {
    file = await open(temporary, "w");
    for await (const part of parts) await file.appendFile(part);
    await file.close();
    file = undefined;
    await publishFile(temporary, path);
    return { path, size: (await stat(path)).size };
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeProblem(error, path);
  }
}

/** What kept a file from being written, as a code. */
export function writeProblem(error: unknown, path: string): RefocusdError {
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return new RefocusdError("RF_DISK_FULL", path);
  if (error instanceof RefocusdError || syscall === undefined) return asRefocusdError(error);
  return new RefocusdError("RF_OUTPUT_UNWRITABLE", `${path}: ${message}`, { cause: error });
}
