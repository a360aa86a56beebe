import { basename } from "node:path";
import { percentiles } from "../../report/percentiles.js";
import { trustPhrase } from "../../report/trust-verdict.js";
import { printable } from "../frame-text.js";
import type { DemoFolder } from "./demo-folder.js";
import type { SampleTruth } from "./truth.js";
import type { VerdictRow } from "./verdict-rows.js";

/** A row with when the microscope had finished the file. */
export interface TimedRow extends VerdictRow {
  readonly writtenMs: number | null;
}

export type Paint = (text: string, colour: Colour) => string;
type Colour = "green" | "yellow" | "red" | "dim" | "bold";

const CODES: Readonly<Record<Colour, number>> = { green: 32, yellow: 33, red: 31, dim: 2, bold: 1 };

export function painter(colour: boolean): Paint {
  return colour ? (text, name) => `\x1b[${CODES[name]}m${text}\x1b[0m` : (text) => text;
}

const VERDICT_COLOUR = { focused: "green", defocused: "yellow", uncertain: "red", blank: "dim" } as const;

export function headLine(nameWidth: number, paint: Paint): string {
  return paint(`time      ${"file".padEnd(nameWidth)}  verdict    P(defocused)  after`, "dim");
}

/** One frame on one line: when, which, verdict, how sure, how long after the file was complete, what was made of it. */
export function verdictLine(row: TimedRow, nameWidth: number, paint: Paint): string {
  const time = new Date(row.finishedMs).toTimeString().slice(0, 8);
  const after = row.writtenMs === null ? "" : `${((row.finishedMs - row.writtenMs) / 1000).toFixed(2)} s`;
  const p = row.pDefocused === null ? "" : row.pDefocused.toFixed(3);
  const verdict =
    row.verdict === null
      ? paint((row.errorCode ?? "failed").padEnd(9), "red")
      : paint(row.verdict.padEnd(9), VERDICT_COLOUR[row.verdict]);
  const trust = row.trust === null ? "" : ` (${trustPhrase(row.trust, row.trustVerdict)})`;
  const made = row.reconstruction === null ? "" : `  → ${printable(basename(row.reconstruction))}${trust}`;
  return `${time}  ${printable(row.file).padEnd(nameWidth)}  ${verdict}  ${p.padStart(12)}  ${after.padStart(6)}${made}`;
}

export interface Judgement {
  readonly right: number;
  readonly wrong: readonly { readonly row: VerdictRow; readonly truth: SampleTruth }[];
  /** Samples without a verdict. */
  readonly missing: readonly SampleTruth[];
}

/** Holds the verdicts against what is true. `uncertain` is not right. */
export function judge(rows: readonly VerdictRow[], truths: readonly SampleTruth[]): Judgement {
  const byFile = new Map(rows.map((row) => [row.file, row]));
  const wrong: { row: VerdictRow; truth: SampleTruth }[] = [];
  const missing: SampleTruth[] = [];
  let right = 0;
  for (const truth of truths) {
    const row = byFile.get(truth.file);
    if (row === undefined || row.verdict === null) missing.push(truth);
    else if (row.verdict === truth.verdict) right++;
    else wrong.push({ row, truth });
  }
  return { right, wrong, missing };
}

export function summaryText(rows: readonly TimedRow[], truths: readonly SampleTruth[], paint: Paint): string {
  const count = (verdict: VerdictRow["verdict"]) => rows.filter((row) => row.verdict === verdict).length;
  const verdicts = (["focused", "defocused", "uncertain", "blank"] as const)
    .map((verdict) => ({ verdict, n: count(verdict) }))
    .filter(({ verdict, n }) => n > 0 || verdict === "focused" || verdict === "defocused");
  const made = rows.filter(({ reconstruction }) => reconstruction !== null).length;
  const lines = [
    ["frames", String(truths.length)],
    ...verdicts.map(({ verdict, n }) => [`  ${verdict}`, String(n)]),
    ...(count(null) > 0 ? [["  without a verdict", String(count(null))]] : []),
    ["reconstructions", String(made)],
    ["file complete → verdict", times(rows.map((row) => row.writtenMs !== null && row.finishedMs - row.writtenMs))],
    ["  of it after settling", times(rows.map((row) => row.settledMs !== null && row.finishedMs - row.settledMs))],
  ];
  const { right, wrong, missing } = judge(rows, truths);
  const table = lines.map(([label, value]) => `${label!.padEnd(25)}${value}`);
  const verdictOnVerdicts = `${right} of ${truths.length} verdicts are right (samples/truth.json)`;
  return [
    ...table,
    "",
    paint(verdictOnVerdicts, right === truths.length ? "green" : "red"),
    ...wrong.map(
      ({ row, truth }) =>
        `  wrong: ${row.file} was called ${row.verdict}, it is ${truth.verdict} (${signed(truth.dof)} DOF units)`,
    ),
    ...missing.map(({ file }) => `  without a verdict: ${file}`),
    "",
  ].join("\n");
}

/** The first questions to ask the daily log. */
const FIRST_SQL = [
  "SELECT file, verdict, p_defocused, latency_s, reconstruction FROM v_defocused",
  "SELECT * FROM v_summary_by_series",
];

/** @param example a frame whose story is worth reading */
export function placesText(
  folder: DemoFolder,
  found: { readonly dailyLog: string; readonly hasSheet: boolean; readonly example: string },
  paint: Paint,
): string {
  const log = shellWord(found.dailyLog);
  const sheet = [
    `  before and after  ${folder.sheet}`,
    "                    (each row: out of focus | reconstructed | nearest frame in focus)",
  ];
  return [
    paint("where to look", "bold"),
    ...(found.hasSheet ? sheet : []),
    `  reconstructions   ${folder.output}`,
    `  daily log         ${found.dailyLog}`,
    `  daemon's log      ${folder.daemonLog}`,
    `  configuration     ${folder.config}`,
    "",
    paint("what to try first", "bold"),
    ...FIRST_SQL.map((sql) => `  sqlite3 -box ${log} "${sql}"`),
    "  (or open the daily log with DB Browser for SQLite; its table readme has more questions)",
    `  npm run refocusd -- explain --state ${shellWord(folder.state)} ${shellWord(found.example)}`,
    "",
    `Everything lies in ${folder.root}; remove it when you have seen enough.`,
    "",
  ].join("\n");
}

function shellWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function times(values: readonly (number | false)[]): string {
  const p = percentiles(values.filter((value) => value !== false));
  if (p === null) return "-";
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  return `p50 ${seconds(p.p50)}, p95 ${seconds(p.p95)}`;
}

function signed(dof: number): string {
  return `${dof < 0 ? "−" : "+"}${Math.abs(dof).toFixed(2)}`;
}
