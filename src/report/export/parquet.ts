import { ByteWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import { type ColumnKind, EXPORT_COLUMNS, exportDictionary } from "./columns.js";
import type { ExportRow, ExportValue } from "./rows.js";

/** Parquet, compressed with Snappy, a row group for each chunk; the data dictionary is in its metadata. */
export function* parquetParts(chunks: Iterable<readonly ExportRow[]>): Generator<Uint8Array> {
  const bytes = new ByteWriter();
  const schema: SchemaElement[] = [
    { name: "frames", num_children: EXPORT_COLUMNS.length },
    ...EXPORT_COLUMNS.map(({ name, kind }) => element(name, kind)),
  ];
  const kvMetadata = [{ key: "refocusd.dictionary", value: JSON.stringify(exportDictionary()) }];
  const writer = new ParquetWriter({ writer: bytes, schema, kvMetadata, createdBy: "refocusd" });
  for (const rows of chunks) {
    const columnData = EXPORT_COLUMNS.map(({ name, kind }, i) => ({
      name,
      data: rows.map((row) => stored(row[i] ?? null, kind)),
    }));
    // A promise comes only from a writer that flushes by itself; this one does not.
    void writer.write({ columnData, rowGroupSize: rows.length });
    yield taken(bytes);
  }
  void writer.finish();
  yield taken(bytes);
}

/** What was written so far; the writer goes on with an empty buffer, and with its count of all bytes. */
function taken(bytes: ByteWriter): Uint8Array {
  const copy = new Uint8Array(bytes.buffer.slice(0, bytes.index));
  bytes.index = 0;
  return copy;
}

function element(name: string, kind: ColumnKind): SchemaElement {
  const common = { name, repetition_type: "OPTIONAL" } as const;
  switch (kind) {
    case "text":
      return { ...common, type: "BYTE_ARRAY", converted_type: "UTF8" };
    case "integer":
      return { ...common, type: "INT64" };
    case "real":
      return { ...common, type: "DOUBLE" };
    case "time":
      return { ...common, type: "INT64", converted_type: "TIMESTAMP_MILLIS" };
  }
}

function stored(value: ExportValue, kind: ColumnKind): string | number | bigint | Date | null {
  if (typeof value !== "number") return value;
  switch (kind) {
    case "integer":
      return BigInt(Math.round(value));
    case "time":
      return new Date(value);
    default:
      return value;
  }
}
