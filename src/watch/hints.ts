import path from "node:path";
import { FSWatcher } from "chokidar";
import type { Log } from "../log/log.js";

/** `entry`: something of that name appeared, went or was renamed. `content`: it was written to. */
export type HintKind = "entry" | "content";

/** Where hints come from: chokidar, or a test. */
export interface HintSource {
  /** Folders that are listened to. */
  readonly folders: number;
  /** Why there are fewer hints than there could be, if so. */
  readonly problem: string | undefined;
  /** Listens to these folders and no others. */
  follow(folders: readonly string[]): void;
  close(): Promise<void>;
}

export type OnHint = (path: string, kind: HintKind) => void;

/**
 * Wake-up calls from the operating system, through chokidar 5, which only this module imports. They are never believed: chokidar loses
 * events under bursts and in folders created a moment ago, says nothing about it, and is deaf for ever once its root
 * was removed (notes §4). All that a hint does is to make the watcher look earlier than the next scan would.
 *
 * What was found in chokidar 5.0.0, and measured with 20,000 files on 2 cores:
 * - With `ignored` for all files it sets one inotify watch per folder, instead of one per file: 21 instead of 20,021.
 * - But at every event from a folder it lists that folder again and stats every file in it before it asks `ignored`
 *   (`_handleRead`, `alwaysStat`). While one frame is written in 8 KB strips, as NIS-Elements does, that is 100 % of a core for a
 *   folder of 20,000 files, 53 % for 2,000.
 * - That listing is skipped where `_throttle("readdir", …)` returns false. The scan lists the folders anyway and tells us of new ones, so
 *   here it is always false: 1.2 % of a core for the same frames, and no listing at the start either (7 ms instead of 453 ms).
 * - What is left of chokidar then is its `raw` event: an fs.watch per folder that does not bring the process down. One
 *   FSWatcher per folder (12 KB each), as `unwatch` leaves an entry behind for ever in a list that it searches at every call.
 */
class FolderEvents extends FSWatcher {
  override _throttle(...[kind, key, ms]: Parameters<FSWatcher["_throttle"]>): ReturnType<FSWatcher["_throttle"]> {
    return kind === "readdir" ? false : super._throttle(kind, key, ms);
  }
}

/** Linux allows 8,192 watches on small machines, and other programs need some. Folders beyond this are left to the scan. */
const MOST_FOLDERS = 4096;

export class Hints implements HintSource {
  readonly #onHint: OnHint;
  readonly #log: Log;
  readonly #watchers = new Map<string, FolderEvents>();
  readonly #closing = new Set<Promise<void>>();
  #problem: string | undefined;

  constructor(onHint: OnHint, log: Log) {
    this.#onHint = onHint;
    this.#log = log;
  }

  get folders(): number {
    return this.#watchers.size;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  follow(folders: readonly string[]): void {
    const wanted = new Set(folders);
    for (const folder of this.#watchers.keys()) if (!wanted.has(folder)) this.#drop(folder);
    for (const folder of wanted) {
      if (this.#watchers.has(folder)) continue;
      if (this.#watchers.size >= MOST_FOLDERS) {
        this.#trouble(`more than ${MOST_FOLDERS} folders`);
        return;
      }
      this.#watchers.set(folder, this.#listen(folder));
    }
  }

  async close(): Promise<void> {
    for (const folder of [...this.#watchers.keys()]) this.#drop(folder);
    await Promise.all(this.#closing);
  }

  #listen(folder: string): FolderEvents {
    // `ignored` and `depth` are the second line of defence should a later chokidar list folders all the same.
    const watcher = new FolderEvents({
      ignored: (_path, stats) => stats !== undefined && !stats.isDirectory(),
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      atomic: false,
      usePolling: false,
    });
    watcher.on("raw", (event, name) => this.#heard(folder, watcher, event, name));
    watcher.on("error", (error) => {
      this.#trouble(error instanceof Error ? error.message : String(error));
      if (this.#watchers.get(folder) === watcher) this.#drop(folder);
    });
    watcher.add(folder);
    return watcher;
  }

  #heard(folder: string, watcher: FolderEvents, event: string, name: string | null): void {
    if (this.#watchers.get(folder) !== watcher) return;
    const kind: HintKind = event === "change" ? "content" : "entry";
    if (kind === "entry" && (name === null || name === path.basename(folder))) {
      // The folder itself was moved or removed (or something in it bears its name): this watch follows the old inode and
      // stays silent for whatever takes its place. The next scan asks for the folder anew if it is still there.
      this.#drop(folder);
      this.#onHint(folder, "entry");
    }
    if (name !== null) this.#onHint(path.join(folder, name), kind);
  }

  #drop(folder: string): void {
    const watcher = this.#watchers.get(folder);
    if (watcher === undefined) return;
    this.#watchers.delete(folder);
    const closed = watcher.close().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }

  #trouble(problem: string): void {
    if (this.#problem === undefined)
      this.#log.warn("not all folders give hints; the scan finds their files", { problem });
    this.#problem = problem;
  }
}
