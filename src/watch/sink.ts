import type { ErrorCode } from "../errors/catalogue.js";
import type { ImageType } from "../frames/image-type.js";
import type { PagePlace } from "../frames/page-place.js";

/** A file that is completely written and has been read once. */
export interface SettledFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  /** Of the whole file, lower-case hex. */
  readonly sha256: string;
  readonly type: ImageType;
  /** Frames in it, at least 1. */
  readonly pages: number;
  /** Of each page, where the file itself tells it. */
  readonly places?: readonly PagePlace[];
  /** When it was found complete, ms since 1970. */
  readonly settledAtMs: number;
  /** When it last changed as far as one can tell, ms since 1970. */
  readonly lastChangeMs: number;
  /** What was out of the ordinary about it, for people. */
  readonly note?: string;
}

/** Tells one content of a path from another. All zero for what is not a regular file: its own stat says nothing there. */
export interface PathStat {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/**
 * Where a watcher reports to: the ledger, or whoever settles a few files. A call that throws is made again some seconds
 * later, so nothing is lost to a full disk. What `settled` and `rejected` report must show in `known` when they return.
 */
export interface WatchSink {
  /** The stat last settled or rejected for this path, or `undefined`. */
  known(path: string): { readonly size: number; readonly mtimeMs: number; readonly ctimeMs?: number } | undefined;
  /** Whether there is such a stat. Asked for every name in every scan, and so without putting a path together; left out: `known` is asked. */
  knows?(folder: string, name: string): boolean;
  /** How many known paths were forgotten so far: after that, folders are listed again though nothing in them moved. */
  readonly forgotten?: number;
  /** First sight of a path that is not known, before anything else is done for it. After a restart: again. */
  seen(path: string, at: number): void;
  /** Complete. Also for a known path whose stat changed, even if its content turns out to be the same. */
  settled(file: SettledFile): void;
  /** A state that only a change of the file ends: the watcher looks at it again when its stat differs from `stat`. */
  rejected(path: string, stat: PathStat, code: ErrorCode, detail: string, at: number): void;
  /** Was seen, and vanished before it settled. Never for a file whose watched folder itself is away. */
  gone(path: string, at: number): void;
  /**
   * Paths that were seen in an earlier run and came to no end in it. Asked for once, after the first scan: those that are
   * no longer there are then gone.
   */
  unfinished?(): Iterable<string>;
  /** Makes the calls that `work` makes as one transaction, where that is cheaper. */
  together?(work: () => void): void;
}
