import { basename, dirname } from "node:path";
import type { PathStat } from "../watch/sink.js";

/**
 * The stats of known files by folder and name: a scan that finds 50,000 known names in a folder each second looks up the names as they
 * are, and each path's folder is kept once.
 */
export class KnownFiles {
  readonly #folders = new Map<string, Map<string, PathStat>>();
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

  set(path: string, { size, mtimeMs, ctimeMs }: PathStat): void {
    const folder = dirname(path);
    let names = this.#folders.get(folder);
    if (names === undefined) {
      names = new Map();
      this.#folders.set(folder, names);
    }
    names.set(basename(path), { size, mtimeMs, ctimeMs });
  }

  delete(path: string): void {
    const folder = dirname(path);
    const names = this.#folders.get(folder);
    if (names?.delete(basename(path))) this.#forgotten++;
    if (names?.size === 0) this.#folders.delete(folder);
  }
}
