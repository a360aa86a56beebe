import type { SeriesFrame } from "./series.js";

/** The frame that stands for a time point, and what else claims it. */
export interface Choice {
  readonly chosen: SeriesFrame;
  /** Other files for the same time point. */
  readonly duplicates: readonly SeriesFrame[];
  /** Other pages of the same file: nothing tells their time points apart. */
  readonly otherPages: readonly SeriesFrame[];
}

const TYPES = ["tiff", "nd2", "png", "jpeg"] as const;

/**
 * The same whatever the order in which frames came: those that are judged before those that are not, files that can be linked before
 * pages of larger ones, exact types before others, and then the path.
 */
export function choose(frames: readonly [SeriesFrame, ...SeriesFrame[]]): Choice {
  const [first, ...others] = [...frames].sort(byPreference);
  const chosen = first ?? frames[0];
  return {
    chosen,
    duplicates: others.filter(({ path }) => path !== chosen.path),
    otherPages: others.filter(({ path }) => path === chosen.path),
  };
}

/** Whether the frame is one of several in its file, or of a type that only few programs read: then a link to the file is no frame. */
export function isInsideItsFile({ pages, type }: SeriesFrame): boolean {
  return (pages ?? 1) > 1 || type === "nd2";
}

function byPreference(a: SeriesFrame, b: SeriesFrame): number {
  return (
    Number(a.state !== "done") - Number(b.state !== "done") ||
    Number(isInsideItsFile(a)) - Number(isInsideItsFile(b)) ||
    rank(a) - rank(b) ||
    compare(a.path, b.path) ||
    a.page - b.page
  );
}

function rank({ type }: SeriesFrame): number {
  return type === null ? TYPES.length : TYPES.indexOf(type);
}

/** By code units, the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
