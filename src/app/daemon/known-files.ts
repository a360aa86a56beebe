import { basename, dirname } from "node:path";
import type { PathStat } from "../../watch/sink.js";

/**
 * The stats of known files by folder and name: a scan looks up the names as they are, and each path's folder is kept once. Some 110 bytes
 * for a file; as objects in a map by path it was four times as much, and the heap around it grows with it.
 */
export class KnownFiles {
  readonly #folders = new Map<string, FolderStats>();
  #forgotten = 0;

  /** How many were deleted so far. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get(path: string): PathStat | undefined {
    return this.#folders.get(dirname(path))?.get(basename(path));
  }

  has(folder: string, name: string): boolean {
    return this.#folders.get(folder)?.has(name) === true;
  }

  set(path: string, stat: PathStat): void {
    const folder = dirname(path);
    let stats = this.#folders.get(folder);
    if (stats === undefined) {
      stats = new FolderStats();
      this.#folders.set(ownCopy(folder), stats);
    }
    stats.set(basename(path), stat);
  }

  delete(path: string): void {
    const folder = dirname(path);
    const stats = this.#folders.get(folder);
    if (stats?.delete(basename(path))) this.#forgotten++;
    if (stats?.size === 0) this.#folders.delete(folder);
  }
}

/** Size, mtime and ctime of a file. */
const NUMBERS = 3;

class FolderStats {
  readonly #rows = new Map<string, number>();
  /** Row by row. */
  #numbers = new Float64Array(4 * NUMBERS);
  readonly #free: number[] = [];
  /** Rows that were ever used. */
  #used = 0;

  get size(): number {
    return this.#rows.size;
  }

  has(name: string): boolean {
    return this.#rows.has(name);
  }

  get(name: string): PathStat | undefined {
    const row = this.#rows.get(name);
    if (row === undefined) return undefined;
    const [size, mtimeMs, ctimeMs] = this.#numbers.subarray(row * NUMBERS, (row + 1) * NUMBERS);
    return { size: size!, mtimeMs: mtimeMs!, ctimeMs: ctimeMs! };
  }

  set(name: string, { size, mtimeMs, ctimeMs }: PathStat): void {
    let row = this.#rows.get(name);
    if (row === undefined) {
      row = this.#free.pop() ?? this.#used++;
      this.#rows.set(ownCopy(name), row);
      this.#makeRoomFor(row);
    }
    this.#numbers.set([size, mtimeMs, ctimeMs], row * NUMBERS);
  }

  delete(name: string): boolean {
    const row = this.#rows.get(name);
    if (row === undefined) return false;
    this.#free.push(row);
    return this.#rows.delete(name);
  }

  #makeRoomFor(row: number): void {
    if ((row + 1) * NUMBERS <= this.#numbers.length) return;
    const larger = new Float64Array(2 * this.#numbers.length);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}

/** What `basename` and `dirname` return is a view that keeps the whole path in memory. */
function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
