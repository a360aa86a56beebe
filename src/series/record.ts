import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isNoSuchFile } from "../system/file-system.js";
import { replaceFile } from "../system/publish-file.js";
import type { LinkKind } from "./link.js";
import type { SeriesId } from "./series.js";

/** What stands in a folder, as it was made. Written last: what it does not tell is made again. */
export interface MadeEntry {
  /** What it shows: hash of the file it was made from, or what a placeholder looks like. */
  readonly content: string;
  readonly path: string | null;
  readonly asked: LinkKind;
  /** What became of it; null for a placeholder. */
  readonly as: LinkKind | null;
}

/** Which series a folder belongs to, and what is in it. Hidden, so that ImageJ leaves it out of the sequence. */
export interface FolderRecord extends SeriesId {
  readonly entries: Readonly<Record<string, MadeEntry>>;
}

export const RECORD_NAME = ".refocusd-series.json";

/** `undefined`: none; `"damaged"`: one that cannot be read (a power failure may leave it empty on some file systems). */
export async function readRecord(folder: string): Promise<FolderRecord | "damaged" | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, RECORD_NAME), "utf8");
  } catch (error) {
    if (isNoSuchFile(error)) return undefined;
    throw error;
  }
  try {
    const record = JSON.parse(text) as FolderRecord;
    return typeof record.entries === "object" && typeof record.root === "string" ? record : "damaged";
  } catch {
    return "damaged";
  }
}

export async function writeRecord(folder: string, record: FolderRecord): Promise<void> {
  const path = join(folder, RECORD_NAME);
  await replaceFile(path, `${path}.tmp`, Buffer.from(`${JSON.stringify(record)}\n`));
}
