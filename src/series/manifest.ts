import type { SeriesPlan, SeriesRow } from "./series.js";

const HEADER = [
  "time_point",
  "file",
  "kind",
  "source",
  "source_sha256",
  "page",
  "verdict",
  "p_defocused",
  "reconstruction",
  "reconstruction_sha256",
  "trust",
  "model",
  "acquired_s",
  "note",
];

/** One line for each time point, saying what stands in the folder for it: CSV as in RFC 4180. No time of day: the same plan, the same bytes. */
export function manifestText(plan: Pick<SeriesPlan, "rows">): string {
  return [HEADER.join(","), ...plan.rows.map(line), ""].join("\r\n");
}

function line({ time, file, kind, frame, note }: SeriesRow): string {
  const made = kind === "reconstruction" ? frame?.reconstruction : null;
  const values = [
    time,
    file,
    kind,
    frame?.path,
    frame?.sha256,
    frame?.page,
    frame?.verdict,
    rounded(frame?.pDefocused, 4),
    made?.path,
    made?.sha256,
    rounded(made?.trust, 4),
    made?.model,
    rounded(frame?.acquiredMs, 0, 1000),
    note,
  ];
  return values.map(cell).join(",");
}

function rounded(value: number | null | undefined, digits: number, divisor = 1): number | null {
  return value === null || value === undefined ? null : Number(value.toFixed(digits)) / divisor;
}

function cell(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
