import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import type { FileSystem } from "../system/file-system.js";
import type { DoneMarker } from "./done-marker.js";
import type { CheckContainer } from "./examine.js";
import type { HintSource, OnHint } from "./hints.js";
import type { RealPath } from "./real-path.js";
import type { WatchSink } from "./sink.js";

/** One folder to watch. Times in milliseconds. */
export interface WatchedFolder {
  /** Absolute. */
  readonly path: string;
  /** picomatch patterns relative to `path`, "/" between names; case does not matter. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** True for a network share: there are no hints, and the clock that stamps its files is not trusted. */
  readonly polling: boolean;
  /** A file unchanged for this long is examined. */
  readonly quietMs: number;
  /** A file unchanged for this long that is still not complete is rejected. */
  readonly staleMs: number;
  /** Interval of the scan that finds new names. */
  readonly scanMs: number;
  /** Interval of the scan that also finds overwritten files. */
  readonly sweepMs: number;
  /** Left out: nothing but the file itself tells that it is complete. */
  readonly doneMarker?: DoneMarker | undefined;
  /** Absolute folders that are never entered, such as an output folder inside `path`. */
  readonly never?: readonly string[];
}

export interface WatcherDeps {
  readonly clock: Clock;
  readonly fs: FileSystem;
  readonly sink: WatchSink;
  readonly log: Log;
  readonly check: CheckContainer;
  /** Left out: the system's. */
  readonly realPath?: RealPath;
  /** Whether a folder's stamps tell of each name added to it. Left out, and in polling mode: every folder is listed in every scan. */
  readonly stampsFolders?: (folder: string) => Promise<boolean>;
  /** Left out: chokidar. Not used in polling mode. */
  readonly hints?: (onHint: OnHint, log: Log) => HintSource;
}

export interface WatcherStatus {
  readonly path: string;
  /** `undefined` before the first look. */
  readonly rootPresent: boolean | undefined;
  readonly rootProblem: string | undefined;
  /** End of the last complete scan, ms since 1970, and how long it took. */
  readonly lastScanAt: number | undefined;
  readonly lastScanMs: number | undefined;
  readonly scans: number;
  /** For how long the scan in hand has got nowhere, or by how much the next one is late; 0 when on time. Milliseconds. */
  readonly scanLateMs: number;
  /** Of the last complete scan: folders listed, names that are frames, and names that are not, by rule. */
  readonly folders: number;
  readonly frames: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly unreadableFolders: readonly string[];
  /** Files on their way to settled or rejected; of these, being read or in line for it. */
  readonly pending: number;
  readonly examining: number;
  /** Files that settled without the done marker that this folder's files should have. */
  readonly withoutMarker: number;
  /** New files by who found them first. Many by scans in a folder with hints: hints are being lost. */
  readonly foundByScan: number;
  readonly foundByHint: number;
  /** Folders that give hints; `undefined` in polling mode. */
  readonly hintedFolders: number | undefined;
  readonly hintProblem: string | undefined;
}

/** A program that removes and rewrites, or pre-allocated space that is still to be filled, has this long (notes §4). */
export const ZERO_TAIL_MS = 10_000;
/** How often a file that cannot be opened is tried again. */
export const RETRY_MS = 1_000;
/** Computers of a domain (Kerberos) are held within 5 minutes of each other, so a share's clock is at most this far behind. */
export const SHARE_CLOCK_MARGIN_MS = 300_000;
