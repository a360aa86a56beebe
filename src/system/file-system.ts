import { createHash } from "node:crypto";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";

export type EntryKind = "file" | "directory" | "other";

export interface DirEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

export interface FileStat {
  readonly kind: EntryKind;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

/** Reads at any place of an open file. */
export interface RandomAccess {
  readonly size: number;
  /** Up to `length` bytes from `offset`; shorter at the end of the file. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export interface OpenFile extends RandomAccess {
  /** SHA-256 of the content, hex. */
  hash(): Promise<string>;
}

/** The disk as far as watching and settling read it, injected so that tests can drive it. Errors are Node's (`code`). */
export interface FileSystem {
  readdir(folder: string): Promise<DirEntry[]>;
  /** Follows symbolic links. `undefined` when there is nothing of that name. */
  stat(path: string): Promise<FileStat | undefined>;
  open(path: string): Promise<OpenFile>;
  /** SHA-256 of the content, hex. */
  hash(path: string): Promise<string>;
}

const HASH_CHUNK_BYTES = 1 << 20;
/**
 * Of hashes that have ended, for the next ones: as many as were ever under way at once, which are a few. One for each file was 1 MiB of garbage a
 * frame, of which some 15 lay there whenever the collector came late.
 */
const idleBuffers: Buffer[] = [];
const HEAD_BYTES = 16 << 10;

export const systemFileSystem: FileSystem = {
  async readdir(folder) {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((e) => ({
      name: e.name,
      kind: e.isFile() ? "file" : e.isDirectory() ? "directory" : "other",
    }));
  },

  async stat(path) {
    try {
      const s = await stat(path);
      return {
        kind: s.isFile() ? "file" : s.isDirectory() ? "directory" : "other",
        size: s.size,
        mtimeMs: s.mtimeMs,
        ctimeMs: s.ctimeMs,
        ino: s.ino,
      };
    } catch (error) {
      if (isNoSuchFile(error)) return undefined;
      throw error;
    }
  },

  open: openFile,

  async hash(path) {
    const file = await openFile(path);
    try {
      return await file.hash();
    } finally {
      await file.close();
    }
  },
};

async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, "r");
  const { size } = await handle.stat();
  let head: Buffer | undefined;
  return {
    size,
    async read(offset, length) {
      // Structure is read in dozens of small pieces, most of them near the beginning: one call to the system instead of each.
      if (offset < HEAD_BYTES) {
        head ??= await readAt(handle, 0, Math.min(HEAD_BYTES, size));
        if (offset + length <= head.length || head.length === size) return head.subarray(offset, offset + length);
      }
      return readAt(handle, offset, Math.max(0, Math.min(length, size - offset)));
    },
    async hash() {
      const hash = createHash("sha256");
      if (head?.length === size) return hash.update(head).digest("hex");
      const buffer = idleBuffers.pop() ?? Buffer.allocUnsafe(HASH_CHUNK_BYTES);
      try {
        for (let at = 0; ; ) {
          const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
          if (bytesRead === 0) return hash.digest("hex");
          hash.update(buffer.subarray(0, bytesRead));
          at += bytesRead;
        }
      } finally {
        idleBuffers.push(buffer);
      }
    },
    close: () => handle.close(),
  };
}

/** Up to `length` bytes from `offset`; shorter at the end of the file. */
export async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

export function isNoSuchFile(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}
