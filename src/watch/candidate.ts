import type { FileStat } from "../system/file-system.js";
import type { Marker, Moment, SettleState } from "./settle.js";
import type { PathStat } from "./sink.js";

/** A file on its way to its end. */
export interface Candidate {
  readonly path: string;
  /** The sink knows an older content of this path, so it is neither `seen` nor `gone`. */
  readonly known: boolean;
  /** Was reported as unreadable; this is a silent second try. */
  readonly retry: boolean;
  /** Already quiet at first sight: stands behind files that are arriving now. */
  readonly backlog: boolean;
  /** `ending`: it has come to its end, and is reported together with others that do. */
  place: "waiting" | "in line" | "ending";
  state: SettleState;
  /** When it was first found missing. */
  missing: Moment | undefined;
}

/** What one look at a path brought: a stat, a failure to get one, or neither where there is nothing. */
export interface Looked {
  readonly path: string;
  readonly stat: FileStat | undefined;
  /** Its done marker; `undefined` where it has none, or where nobody needs to know. */
  readonly marker: Marker | undefined;
  readonly failure: string | undefined;
  readonly before: Moment;
  readonly after: Moment;
}

export function isMissing({ stat, failure }: Looked): boolean {
  return stat === undefined && failure === undefined;
}

/** Stands for the stat of a file that even `stat` cannot read. */
export const NO_STAT: FileStat = { kind: "file", size: 0, mtimeMs: 0, ctimeMs: 0, ino: 0 };

/** A folder's stat changes with each file in it, which would have it rejected anew each time: it is the kind that counts. */
export function ownStat(stat: FileStat): FileStat {
  return stat.kind === "file" ? stat : { ...NO_STAT, kind: stat.kind };
}

export type KnownStat = Omit<PathStat, "ctimeMs"> & { readonly ctimeMs?: number };

/** Within 1 ms: a ledger may round times. No program overwrites a file twice within that and waits a quiet period. */
export function showsKnown(stat: FileStat, known: KnownStat): boolean {
  return (
    stat.size === known.size &&
    Math.abs(stat.mtimeMs - known.mtimeMs) < 1 &&
    (known.ctimeMs === undefined || Math.abs(stat.ctimeMs - known.ctimeMs) < 1)
  );
}
