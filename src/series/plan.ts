import { basename } from "node:path";
import { type Choice, choose, compare, isInsideItsFile } from "./choose.js";
import { entryName, suffixOf, timeDigits } from "./names.js";
import type {
  FlatFrame,
  SeriesEntry,
  SeriesFrame,
  SeriesPlan,
  SeriesProblem,
  SeriesRow,
  SeriesRules,
} from "./series.js";
import { timingProblems } from "./timing.js";

/** More missing time points than this are told as gaps, not row by row: a mistyped number must not make a million rows. */
const MOST_MISSING_ROWS = 10_000;

/** What the folder of a series is to be. The order in which `frames` come makes no difference. */
export function planSeries(frames: readonly SeriesFrame[], rules: SeriesRules): SeriesPlan {
  // The running number counts over all loops: it tells the order, but not whether something is missing.
  const isTimed = frames.some(({ time }) => time !== null);
  const timeOf = ({ time, seq }: SeriesFrame) => (isTimed ? time : seq);
  const points = new Map<number, [SeriesFrame, ...SeriesFrame[]]>();
  for (const frame of frames) {
    const time = timeOf(frame);
    if (time === null) continue;
    const others = points.get(time);
    if (others) others.push(frame);
    else points.set(time, [frame]);
  }
  const times = [...points.keys()].sort((a, b) => a - b);
  const choices = times.map((time) => ({ time, ...choose(points.get(time)!) }));
  const digits = timeDigits(times.at(-1) ?? 0);
  const like = flatFrameLike(choices.map(({ chosen }) => chosen));

  const rows: SeriesRow[] = [];
  const entries: SeriesEntry[] = [];
  const problems: SeriesProblem[] = [];
  const add = (row: SeriesRow) => {
    const placed = row.kind === "missing" && rules.placeholder && like ? placeholderRow(row, digits) : row;
    rows.push(placed);
    const entry = entryOf(placed, like);
    if (entry) entries.push(entry);
  };

  const gaps = isTimed ? gapsIn(times) : [];
  const missing = gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const gapBefore = new Map(gaps.map((gap) => [gap.to + 1, gap]));
  for (const choice of choices) {
    const gap = gapBefore.get(choice.time);
    if (gap) problems.push(gapProblem(gap));
    if (gap && missing <= MOST_MISSING_ROWS)
      for (let time = gap.from; time <= gap.to; time++)
        add({ time, kind: "missing", file: null, frame: null, note: "no file of this time point" });
    add(rowOf(choice, digits, rules));
    for (const row of otherRows(choice)) rows.push(row);
    problems.push(...pointProblems(choice, rules));
  }
  const taken = choices.flatMap(({ time, chosen: { acquiredMs } }) =>
    acquiredMs === null ? [] : [{ time, acquiredMs }],
  );
  problems.push(...timingProblems(taken, rules));
  problems.push(...wholeProblems(frames.filter((frame) => timeOf(frame) === null).length, rows));
  return { rows, entries, problems };
}

type TimeChoice = Choice & { readonly time: number };

function rowOf({ time, chosen }: TimeChoice, digits: number, { reconstructionOf }: SeriesRules): SeriesRow {
  const { state, verdict, reconstruction } = chosen;
  const row = { time, frame: chosen };
  switch (state) {
    case "seen":
    case "ready":
    case "working":
      return { ...row, kind: "pending", file: null, note: verdict === null ? "not judged yet" : "" };
    case "quarantined":
      return { ...row, kind: "missing", file: null, note: `set aside: ${chosen.errorCode}` };
    case "gone":
    case "superseded":
      return { ...row, kind: "missing", file: null, note: "removed before it was judged" };
    case "done":
      break;
  }
  if (reconstruction && verdict !== null && reconstructionOf.includes(verdict))
    return { ...row, kind: "reconstruction", file: entryName(time, digits, ".reconstructed", ".tif"), note: "" };
  const note = verdict === "defocused" ? "defocused, and not reconstructed" : "";
  if (chosen.extract) {
    const file = entryName(time, digits, ".extract", ".tif");
    return { ...row, kind: "extract", file, note: inSource(chosen, note) };
  }
  if (isInsideItsFile(chosen)) return { ...row, kind: "source", file: null, note: inSource(chosen, note) };
  return { ...row, kind: "source", file: entryName(time, digits, "", suffixOf(chosen.path)), note };
}

function inSource({ page, pages }: SeriesFrame, note: string): string {
  return [`in-source page ${page + 1} of ${pages}`, ...(note === "" ? [] : [note])].join("; ");
}

/** What else claims the time point: told, and not in the folder. */
function otherRows({ time, chosen, duplicates, otherPages }: TimeChoice): SeriesRow[] {
  const row = { time, kind: "source", file: null } as const;
  return [
    ...otherPages.map((frame) => ({ ...row, frame, note: inSource(frame, "") })),
    ...duplicates.map((frame) => ({ ...row, frame, note: `duplicate of ${basename(chosen.path)}` })),
  ];
}

function placeholderRow(row: SeriesRow, digits: number): SeriesRow {
  return { ...row, kind: "placeholder", file: entryName(row.time, digits, ".placeholder", ".tif") };
}

function entryOf({ file, kind, frame, time }: SeriesRow, like: FlatFrame | undefined): SeriesEntry | undefined {
  if (file === null) return undefined;
  if (kind === "placeholder") return like && { file, from: { kind: "placeholder", time, like } };
  const made = frame?.reconstruction;
  if (kind === "reconstruction" && made)
    return { file, from: { kind: "file", path: made.path, sha256: made.sha256, size: made.size, mtimeMs: null } };
  if (kind === "extract" && frame?.extract) return { file, from: { kind: "file", ...frame.extract, mtimeMs: null } };
  if (kind !== "source" || frame === null || frame.sha256 === null) return undefined;
  const { path, sha256, size, mtimeMs } = frame;
  return { file, from: { kind: "file", path, sha256, size, mtimeMs } };
}

interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Before the first and after the last time point nothing can be known to be missing. */
function gapsIn(times: readonly number[]): Gap[] {
  return times
    .slice(1)
    .map((time, i) => ({ from: times[i]! + 1, to: time - 1 }))
    .filter(({ from, to }) => from <= to);
}

function gapProblem({ from, to }: Gap): SeriesProblem {
  const text = from === to ? `t${from} is missing` : `t${from} to t${to} are missing`;
  return { kind: "gap", time: from, points: to - from + 1, text };
}

function pointProblems({ time, chosen, duplicates }: TimeChoice, rules: SeriesRules): SeriesProblem[] {
  const problems: SeriesProblem[] = [];
  const add = (kind: SeriesProblem["kind"], text: string) => void problems.push({ kind, time, points: 1, text });
  const paths = [...new Set(duplicates.map(({ path }) => basename(path)))].sort(compare);
  if (paths.length > 0) add("duplicate", `t${time} is ${basename(chosen.path)}, and also ${paths.join(", ")}`);
  if (chosen.state === "quarantined") add("set-aside", `t${time} was set aside: ${chosen.errorCode}`);
  if (chosen.state === "gone") add("gone", `t${time} was removed before it was judged`);
  const isMeant = chosen.verdict === "defocused" && rules.reconstructionOf.includes("defocused");
  if (chosen.state === "done" && isMeant && chosen.reconstruction === null)
    add("not-reconstructed", `t${time} is defocused, and was not reconstructed`);
  return problems;
}

function wholeProblems(untimed: number, rows: readonly SeriesRow[]): SeriesProblem[] {
  const problems: SeriesProblem[] = [];
  const inside = rows.filter(
    ({ kind, file, note }) => kind === "source" && file === null && note.startsWith("in-source"),
  );
  if (inside.length > 0) {
    const text = `${inside.length} frames are pages of larger files, and cannot be linked by themselves`;
    problems.push({ kind: "in-source", time: null, points: inside.length, text });
  }
  if (untimed > 0) {
    const text = `${untimed} frames have no time point in their names`;
    problems.push({ kind: "untimed", time: null, points: untimed, text });
  }
  return problems;
}

/** The shape that placeholders take: that of the earliest frame of which it is known. */
function flatFrameLike(frames: readonly SeriesFrame[]): FlatFrame | undefined {
  for (const { width, height, channels, bitDepth } of frames) {
    if (width === null || height === null) continue;
    if ((channels === 1 || channels === 3) && (bitDepth === 8 || bitDepth === 16))
      return { width, height, channels, bitDepth };
  }
  return undefined;
}
