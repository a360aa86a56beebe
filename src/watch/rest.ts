import type { FileStat } from "../system/file-system.js";

/** What was in a folder when it was listed. A folder's stamps change with each name that is added, removed or renamed in it. */
export interface Rest {
  readonly stamps: Stamps;
  readonly frames: number;
  readonly ignored: Readonly<Record<string, number>>;
  /** Folders in it that are listed as well. */
  readonly children: readonly string[];
}

type Stamps = Pick<FileStat, "mtimeMs" | "ctimeMs" | "ino">;

/**
 * A change within the same tick as the one before leaves the stamps as they are. Ticks are 4 to 10 ms on most file systems, 2 s on FAT; so
 * a folder is only taken to rest when its last change is older than this.
 */
const TICK_MS = 4_000;

/**
 * The folders of one watched folder in which nothing was to be done, so that a scan of 20,000 known files is one `stat` instead of 20,000
 * names each second. Where stamps cannot be believed (network shares keep old ones, some drivers make none) nobody asks it.
 */
export class RestingFolders {
  readonly #rests = new Map<string, Rest>();

  /** What the folder holds, if it is as it was. */
  asBefore(folder: string, now: Stamps): Rest | undefined {
    const rest = this.#rests.get(folder);
    const isSame =
      rest?.stamps.mtimeMs === now.mtimeMs && rest.stamps.ctimeMs === now.ctimeMs && rest.stamps.ino === now.ino;
    if (isSame) return rest;
    this.#rests.delete(folder);
    return undefined;
  }

  /** @param nowMs when the folder's stamps were taken, before it was listed; ms since 1970. */
  remember(folder: string, rest: Rest, nowMs: number): void {
    if (nowMs - Math.max(rest.stamps.mtimeMs, rest.stamps.ctimeMs) > TICK_MS) this.#rests.set(folder, rest);
  }

  clear(): void {
    this.#rests.clear();
  }
}
