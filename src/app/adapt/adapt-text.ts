import { adaptationTable } from "../../train/adapt/adapted-card.js";
import type { AdaptReport } from "./adapt.js";

/** For people: what was tried, how it did, and how to use what was written. */
export function adaptText({ old, adaptation, name, installed, seconds }: AdaptReport, source: string): string {
  const { title, columns, rows } = adaptationTable(old, adaptation, source);
  const outcome =
    installed === null
      ? `No adapted classifier is better here, so ${old.name} ${old.version} stays as it is and nothing was written.\n`
      : `written: ${installed}\nto use it: models: { classifier: ${name} } in the configuration; ${old.name} stays there to go back to\n`;
  return `${title} (${seconds} s)\n${aligned([columns, ...rows])}\n${outcome}`;
}

/** For scripts: everything but the weights. */
export function adaptJson({ adaptation, name, installed, seconds }: AdaptReport): string {
  const { fitted: _, ...measured } = adaptation;
  return `${JSON.stringify({ ...measured, name, installed, seconds }, null, 2)}\n`;
}

function aligned(rows: readonly (readonly (string | number | null)[])[]): string {
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => String(row[k]).length)));
  const line = (row: readonly (string | number | null)[]) =>
    row.map((cell, k) => (k === 0 ? String(cell).padEnd(widths[k]!) : String(cell).padStart(widths[k]!))).join("  ");
  return `${rows.map((row) => `  ${line(row)}`).join("\n")}\n`;
}
