import { createHash } from "node:crypto";
import { open, readdir, stat } from "node:fs/promises";

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

/** The disk as far as watching and settling read it, injected so that tests can drive it. Errors are Node's (`code`). */
export interface FileSystem {
  readdir(folder: string): Promise<DirEntry[]>;
  /** Follows symbolic links. `undefined` when there is nothing of that name. */
  stat(path: string): Promise<FileStat | undefined>;
  open(path: string): Promise<RandomAccess>;
  /** SHA-256 of the content, hex. */
  hash(path: string): Promise<string>;
}

const HASH_CHUNK_BYTES = 1 << 20;

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

  async open(path) {
    const handle = await open(path, "r");
    const { size } = await handle.stat();
    return {
      size,
      async read(offset, length) {
        const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
        return buffer.subarray(0, bytesRead);
      },
      close: () => handle.close(),
    };
  },

  async hash(path) {
    const hash = createHash("sha256");
    const handle = await open(path, "r");
    try {
      // A stream would make a buffer of full size for each file: 20 GB of garbage for a burst of 20,000 small ones.
      const { size } = await handle.stat();
      const buffer = Buffer.allocUnsafe(Math.min(HASH_CHUNK_BYTES, size + 1));
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
        if (bytesRead === 0) return hash.digest("hex");
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  },
};

export function isNoSuchFile(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}
