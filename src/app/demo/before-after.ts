import { readFile, writeFile } from "node:fs/promises";
import { decodeFrame } from "../../frames/decode.js";
import type { Frame } from "../../frames/frame.js";
import { parseNisName, seriesKey } from "../../frames/nis-names.js";
import { previewSheet } from "../../frames/preview.js";
import type { VerdictRow } from "./verdict-rows.js";

const CELL = 400;
const LIMITS = { maxPixels: 1e8 };

/** Writes a picture: each reconstructed frame as it came, reconstructed, and its neighbour in time that was in focus. */
export async function writeBeforeAfter(rows: readonly VerdictRow[], file: string): Promise<boolean> {
  const lines: Frame[][] = [];
  for (const row of rows.toSorted((a, b) => (a.file < b.file ? -1 : 1))) {
    if (row.reconstruction === null) continue;
    const neighbour = nearestInFocus(row, rows);
    const files = [row.path, row.reconstruction, ...(neighbour ? [neighbour.path] : [])];
    lines.push(await Promise.all(files.map(readTiff)));
  }
  if (lines.length === 0) return false;
  await writeFile(file, await previewSheet(lines, CELL));
  return true;
}

/** The frame of the same series closest in time whose verdict is `focused`. */
export function nearestInFocus(row: VerdictRow, rows: readonly VerdictRow[]): VerdictRow | undefined {
  const own = parseNisName(row.file);
  if (own?.time === undefined) return undefined;
  const time = own.time;
  return rows
    .flatMap((other) => {
      const name = parseNisName(other.file);
      if (other.verdict !== "focused" || name?.time === undefined || seriesKey(name) !== seriesKey(own)) return [];
      return [{ other, apart: Math.abs(name.time - time) }];
    })
    .sort((a, b) => a.apart - b.apart)[0]?.other;
}

async function readTiff(path: string): Promise<Frame> {
  return (await decodeFrame(await readFile(path), "tiff", 0, LIMITS)).frame;
}
