import type { LedgerReader } from "../../ledger/ledger.js";
import { writeParts } from "../write-parts.js";
import { exportDictionary } from "./columns.js";
import { type ExportRange, type ExportRow, exportRows } from "./rows.js";
import { csvParts, dictionaryCsv, jsonParts } from "./text-formats.js";

export const EXPORT_FORMATS = ["csv", "parquet", "json"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportedFile {
  readonly path: string;
  readonly rows: number;
  /** Bytes. */
  readonly size: number;
  /** What each column means: CSV, beside the file. */
  readonly dictionary: string;
}

/** The bytes of an export, piece by piece. `onRows` is told how many rows come next. */
export async function exportParts(
  ledger: Pick<LedgerReader, "select">,
  range: ExportRange,
  format: ExportFormat,
  onRows: (rows: number) => void = () => undefined,
): Promise<Iterable<string | Uint8Array>> {
  const chunks = counted(exportRows(ledger, range), onRows);
  switch (format) {
    case "csv":
      return csvParts(chunks);
    case "json":
      return jsonParts(chunks);
    case "parquet": {
      // Loaded only here: nothing else needs the package.
      const { parquetParts } = await import("./parquet.js");
      return parquetParts(chunks);
    }
  }
}

/**
 * Writes all frames of a range into a file that appears when it is whole, and the data dictionary beside it.
 * @throws RF_DISK_FULL, RF_OUTPUT_UNWRITABLE
 */
export async function exportFrames(
  ledger: Pick<LedgerReader, "select">,
  range: ExportRange,
  format: ExportFormat,
  path: string,
): Promise<ExportedFile> {
  let rows = 0;
  const parts = await exportParts(ledger, range, format, (more) => {
    rows += more;
  });
  const { size } = await writeParts(path, parts);
  const dictionary = dictionaryPath(path);
  await writeParts(dictionary, [dictionaryCsv(exportDictionary())]);
  return { path, rows, size, dictionary };
}

/** `a.csv` → `a.dictionary.csv`, `a.parquet` → `a.dictionary.csv`. */
export function dictionaryPath(path: string): string {
  return `${path.replace(/\.(csv|json|parquet)$/i, "")}.dictionary.csv`;
}

function* counted(chunks: Iterable<ExportRow[]>, onRows: (rows: number) => void): Generator<ExportRow[]> {
  for (const rows of chunks) {
    onRows(rows.length);
    yield rows;
  }
}
