type Row = readonly (string | number | null)[];

/** A table as text: the first column to the left, the others to the right. */
export function aligned(rows: readonly Row[]): string {
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => String(row[k]).length)));
  const line = (row: Row) =>
    row.map((cell, k) => (k === 0 ? String(cell).padEnd(widths[k]!) : String(cell).padStart(widths[k]!))).join("  ");
  return `${rows.map((row) => `  ${line(row)}`).join("\n")}\n`;
}
