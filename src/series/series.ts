import type { FrameState, SourceType, Verdict } from "../ledger/types.js";

/** What makes a series: the watched folder, and everything that a frame's place tells but its time. */
export interface SeriesId {
  readonly root: string;
  readonly seriesKey: string;
}

export interface MadeReconstruction {
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly trust: number | null;
  /** Name and version. */
  readonly model: string | null;
}

/** A page of a larger file, written as a file of its own. */
export interface ExtractedPage {
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** One frame of a series, as the ledger has it: the newest content of its file. */
export interface SeriesFrame {
  readonly path: string;
  /** From 0. */
  readonly page: number;
  readonly pages: number | null;
  readonly type: SourceType | null;
  readonly sha256: string | null;
  /** The newest stat under which this content was met. */
  readonly size: number | null;
  readonly mtimeMs: number | null;
  readonly state: FrameState;
  readonly verdict: Verdict | null;
  readonly pDefocused: number | null;
  readonly errorCode: string | null;
  /** Index of the time point. */
  readonly time: number | null;
  /** Running number over all loops. */
  readonly seq: number | null;
  /** Since the start of the acquisition. */
  readonly acquiredMs: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly channels: number | null;
  readonly bitDepth: number | null;
  readonly reconstruction: MadeReconstruction | null;
  readonly extract: ExtractedPage | null;
}

/** How the folder of a series is made of its frames. */
export interface SeriesRules {
  /** The verdicts for which the reconstruction stands in the folder, where there is one. */
  readonly reconstructionOf: readonly Verdict[];
  /** Whether a flat, marked frame stands in for each missing time point. */
  readonly placeholder: boolean;
  /** The interval at which the microscope was told to take frames; null: the median of the series. */
  readonly intervalMs: number | null;
  /** How far an interval may be off, as a fraction of the one that is expected. */
  readonly intervalTolerance: number;
}

/** Of a row of the manifest. `extract`: a page of a larger file, taken out of it. `pending`: the frame is not judged yet, or waits for its reconstruction. */
export type RowKind = (typeof ROW_KINDS)[number];
export const ROW_KINDS = ["source", "extract", "reconstruction", "pending", "missing", "placeholder"] as const;

export interface SeriesRow {
  readonly time: number;
  readonly kind: RowKind;
  /** Name in the folder; null where there is none. */
  readonly file: string | null;
  readonly frame: SeriesFrame | null;
  readonly note: string;
}

export interface FlatFrame {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bitDepth: 8 | 16;
}

/** A file that is to be in the folder. */
export interface SeriesEntry {
  readonly file: string;
  readonly from: LinkedFile | { readonly kind: "placeholder"; readonly time: number; readonly like: FlatFrame };
}

export interface LinkedFile {
  readonly kind: "file";
  readonly path: string;
  readonly sha256: string;
  readonly size: number | null;
  /** Null where only the size is known. */
  readonly mtimeMs: number | null;
}

export const PROBLEM_KINDS = [
  "gap",
  "duplicate",
  "out-of-order",
  "late",
  "early",
  "interval",
  "set-aside",
  "gone",
  "not-reconstructed",
  "in-source",
  "untimed",
  "source-away",
] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

export interface SeriesProblem {
  readonly kind: ProblemKind;
  /** The time point; null for the series as a whole. */
  readonly time: number | null;
  /** Time points that are concerned. */
  readonly points: number;
  readonly text: string;
}

/** What the folder of a series is to be, and what is wrong with the series. */
export interface SeriesPlan {
  /** In time order. */
  readonly rows: readonly SeriesRow[];
  readonly entries: readonly SeriesEntry[];
  readonly problems: readonly SeriesProblem[];
}
