import type { FileStat } from "../system/file-system.js";

/** What is remembered of a file that is looked at again and again, in order to read it when it has changed. */
export interface FileSight {
  /** What the file showed just before it was last read. */
  readonly readMark: string | undefined;
  /** What it showed when it was last looked at, and since when (monotonic). */
  readonly mark: string | undefined;
  readonly sinceMs: number;
}

export type FileStep =
  | { readonly kind: "rest" }
  /** It changed a moment ago, and whoever writes it may not be done. */
  | { readonly kind: "wait"; readonly untilMs: number }
  | { readonly kind: "read" };

export const UNREAD: FileSight = { readMark: undefined, mark: undefined, sinceMs: 0 };

/** Equal for equal contents, as far as a stat can tell. The inode too: editors put another file in its place. */
export function fileMark(stat: FileStat | undefined): string {
  return stat === undefined ? "nothing" : [stat.kind, stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino].join(" ");
}

export function lookAtFile(sight: FileSight, mark: string, nowMs: number): FileSight {
  return sight.mark === mark ? sight : { ...sight, mark, sinceMs: nowMs };
}

export function readFileNow(sight: FileSight, mark: string): FileSight {
  return { ...sight, readMark: mark };
}

/** @param quietMs how long a change must be over before the file is read. */
export function nextFileStep(sight: FileSight, quietMs: number, nowMs: number): FileStep {
  if (sight.mark === undefined || sight.mark === sight.readMark) return { kind: "rest" };
  const untilMs = sight.sinceMs + quietMs;
  return nowMs < untilMs ? { kind: "wait", untilMs } : { kind: "read" };
}
