import { basename, relative } from "node:path";
import type { Config } from "../config/schema.js";
import { createNameReader, type NameReading, type Naming } from "../frames/name-reader.js";
import { printable } from "./frame-text.js";

/** How one name is read, for `refocusd names test`. */
export interface NameTest {
  readonly file: string;
  readonly reading: NameReading;
}

export interface NamesReport {
  readonly files: readonly NameTest[];
  readonly read: number;
  readonly unread: number;
}

/** The naming of the watched folder that the file lies in; of the first one for a file that lies in none. */
export function namingOf(config: Config, path: string): Naming {
  const isIn = (folder: string) => !relative(folder, path).startsWith("..");
  return config.watch.find((watch) => isIn(watch.path)) ?? config.watch[0] ?? { naming: "nis" };
}

/** Reads names as the daemon would. The files need not exist. */
export function testNames(files: readonly string[], naming: (file: string) => Naming): NamesReport {
  const readers = new Map<Naming, ReturnType<typeof createNameReader>>();
  const tests = files.map((file): NameTest => {
    const own = naming(file);
    if (!readers.has(own)) readers.set(own, createNameReader(own));
    return { file, reading: readers.get(own)?.(basename(file)) ?? { kind: "unread" } };
  });
  const read = tests.filter(({ reading }) => reading.kind === "read").length;
  return { files: tests, read, unread: tests.length - read };
}

const COLUMNS = ["prefix", "well", "position", "time", "z", "channel", "seq"] as const;

/** A table; columns that no name fills are left out. */
export function namesText({ files, read, unread }: NamesReport): string {
  const cells = files.map(({ file, reading }) => [
    printable(basename(file)),
    readBy(reading),
    ...COLUMNS.map((column) => (reading.kind === "read" ? printable(String(reading.name[column] ?? "")) : "")),
  ]);
  const head = ["file", "read by", ...COLUMNS];
  const used = head.map((_, i) => i < 2 || cells.some((row) => row[i] !== ""));
  const rows = [head, ...cells].map((row) => row.filter((_, i) => used[i]));
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join("  "));
  const total = `${files.length} ${files.length === 1 ? "name" : "names"}: ${read} read, ${unread} not read`;
  return `${[...lines.map((line) => line.trimEnd()), "", total].join("\n")}\n`;
}

function readBy(reading: NameReading): string {
  if (reading.kind === "read") return typeof reading.by === "number" ? `pattern ${reading.by}` : reading.by;
  return reading.tooSlow === undefined ? "not read" : `not read: pattern ${reading.tooSlow} took too long`;
}
