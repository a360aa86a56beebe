import { type ColumnKind, type DictionaryEntry, EXPORT_COLUMNS } from "./columns.js";
import type { ExportRow, ExportValue } from "./rows.js";

/** CSV as in RFC 4180, UTF-8, with a line of names; no value is an empty field. */
export function* csvParts(chunks: Iterable<readonly ExportRow[]>): Generator<string> {
  yield csvLine(EXPORT_COLUMNS.map(({ name }) => name));
  for (const rows of chunks)
    yield rows.map((row) => csvLine(row.map((value, i) => readable(value, EXPORT_COLUMNS[i]!.kind)))).join("");
}

/** One JSON array, one object per frame and line; no value is null. */
export function* jsonParts(chunks: Iterable<readonly ExportRow[]>): Generator<string> {
  let before = "[\n";
  for (const rows of chunks) {
    for (const row of rows) {
      const entries = row.map((value, i) => [EXPORT_COLUMNS[i]!.name, readable(value, EXPORT_COLUMNS[i]!.kind)]);
      yield `${before}${JSON.stringify(Object.fromEntries(entries))}`;
      before = ",\n";
    }
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

export function dictionaryCsv(entries: readonly DictionaryEntry[]): string {
  const lines = entries.map(({ column, type, unit, meaning }) => csvLine([column, type, unit, meaning]));
  return [csvLine(["column", "type", "unit", "meaning"]), ...lines].join("");
}

function readable(value: ExportValue, kind: ColumnKind): ExportValue {
  return kind === "time" && typeof value === "number" ? new Date(value).toISOString() : value;
}

function csvLine(values: readonly ExportValue[]): string {
  return `${values.map(cell).join(",")}\r\n`;
}

function cell(value: ExportValue): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
