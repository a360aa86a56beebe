import type { SeriesReport } from "../../series/build-series.js";
import type { SeriesStatus } from "../../series/keeper.js";
import { PROBLEM_KINDS, type SeriesProblem } from "../../series/series.js";
import { printable } from "../frame-text.js";
import type { SeriesOutcome } from "./series.js";

const COLUMNS = ["points", "sources", "reconstructed", "pending", "missing", "placeholders", "in folder"] as const;

/** A table of series, one line each, with what is wrong below it. */
export function seriesText(
  outcomes: readonly SeriesOutcome[],
  folder: string | null,
  keptByDaemon: string | null = null,
): string {
  if (outcomes.length === 0) return "no series\n";
  const reports = outcomes.flatMap((outcome) => (outcome.kind === "series" ? [outcome.report] : []));
  const names = reports.map(({ name }) => printable(name));
  const width = Math.max(6, ...names.map((name) => name.length));
  const lines = [["series".padEnd(width), ...COLUMNS].join("  ")];
  for (const [i, report] of reports.entries()) {
    const numbers = numbersOf(report).map((number, column) => String(number).padStart(COLUMNS[column]!.length));
    lines.push([names[i]!.padEnd(width), ...numbers].join("  "));
    for (const line of problemLines(report.problems)) lines.push(`  ${printable(line)}`);
  }
  for (const outcome of outcomes)
    if (outcome.kind === "failed") lines.push(`FAILED ${printable(outcome.name)}: ${printable(outcome.error.message)}`);
  const [made, removed] = [sum(reports.map((report) => report.made)), sum(reports.map((report) => report.removed))];
  lines.push("");
  if (keptByDaemon !== null)
    lines.push(`The running daemon keeps the folders in ${keptByDaemon}; nothing was made here.`);
  else if (folder === null) lines.push("No folders were made: set series.folder in the configuration, or give --out.");
  else lines.push(`${reports.length} series in ${folder}: ${made} entries made, ${removed} removed`);
  return `${lines.join("\n")}\n`;
}

function numbersOf({ timePoints, rows, files }: SeriesReport): number[] {
  return [
    timePoints,
    rows.source + rows.extract,
    rows.reconstruction,
    rows.pending,
    rows.missing,
    rows.placeholder,
    files,
  ];
}

/** A few of each kind: a series that is off at every point must not fill the screen. */
function problemLines(problems: readonly SeriesProblem[]): string[] {
  const MOST = 3;
  return PROBLEM_KINDS.flatMap((kind) => {
    const own = problems.filter((problem) => problem.kind === kind);
    const more = own.length > MOST ? [`${kind}: and ${own.length - MOST} more`] : [];
    return [...own.slice(0, MOST).map(({ text }) => `${kind}: ${text}`), ...more];
  });
}

/** What `refocusd status` says of the series. */
export function seriesLines({ folder, series, problems, failing, failure }: SeriesStatus): string[] {
  const kinds = PROBLEM_KINDS.flatMap((kind) => (problems[kind] === undefined ? [] : [`${problems[kind]} ${kind}`]));
  const wrong = kinds.length > 0 ? `; with problems: ${kinds.join(", ")}` : "";
  return [
    `  series: ${series} in ${folder}${wrong}`,
    ...(failing > 0 ? [`  SERIES NOT UP TO DATE: ${failing}; ${failure ?? ""}`] : []),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
