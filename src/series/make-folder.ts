import { lstat, mkdir, readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";
import { isNoSuchFile } from "../system/file-system.js";
import { replaceFile } from "../system/publish-file.js";
import { type LinkDeps, type LinkKind, linkFile, syncToDisk } from "./link.js";
import { manifestText } from "./manifest.js";
import { manifestFile, OWN_ENTRY, OWN_TEMPORARY } from "./names.js";
import { placeholderTiff } from "./placeholder.js";
import { type FolderRecord, type MadeEntry, RECORD_NAME, readRecord, writeRecord } from "./record.js";
import type { SeriesEntry, SeriesId, SeriesPlan, SeriesProblem } from "./series.js";

export interface FolderRequest {
  readonly folder: string;
  readonly id: SeriesId;
  readonly plan: SeriesPlan;
  readonly link: LinkKind;
  /** Looks at each entry on the disk too, where else the record is believed. */
  readonly thorough: boolean;
}

export interface FolderResult {
  /** Entries that were made or made anew. */
  readonly made: number;
  readonly removed: number;
  /** Entries that could not be made, since their file is away or is not what the ledger knows. */
  readonly away: readonly SeriesProblem[];
}

/**
 * Makes the folder what the plan says. Doing it again changes nothing; killed at any moment, the next time puts it right: entries appear by a
 * rename, and what the record, written last, does not tell is made again. Files that are not this program's are left alone. Errors are Node's.
 * @throws RF_SERIES_FOREIGN, RF_DISK_LOW
 */
export async function makeFolder(request: FolderRequest, deps: LinkDeps): Promise<FolderResult> {
  const { folder, id, plan, link, thorough } = request;
  const { record, names } = await openFolder(folder, id);
  const entries: Record<string, MadeEntry> = {};
  const wanted = new Set(plan.entries.map(({ file }) => file));
  const away = new Map<string, string>();
  let made = 0;
  let removed = 0;
  const remove = async (name: string) => {
    await rm(join(folder, name), { force: true });
    names.delete(name);
  };
  for (const name of [...names]) {
    const isStale = OWN_TEMPORARY.test(name) || (OWN_ENTRY.test(name) && !wanted.has(name));
    if (!isStale) continue;
    await remove(name);
    removed++;
  }
  await forget(folder, record, plan, link);
  for (const entry of plan.entries) {
    const known = record.entries[entry.file];
    const target = targetOf(entry, link);
    if (
      names.has(entry.file) &&
      known !== undefined &&
      isSame(known, target) &&
      (!thorough || (await isWhole(join(folder, entry.file), known)))
    ) {
      entries[entry.file] = known;
      continue;
    }
    const result = await makeEntry(folder, entry, link, deps);
    if (typeof result === "string") {
      // What stands there is of another content, or leads nowhere.
      if (names.has(entry.file)) await remove(entry.file);
      away.set(entry.file, result);
    } else {
      entries[entry.file] = { ...target, as: result.as };
      made++;
    }
  }
  if (made + removed > 0) await syncToDisk(folder);
  const isNews = made + removed > 0 || Object.keys(record.entries).length !== Object.keys(entries).length;
  if (isNews) await writeRecord(folder, { ...id, entries });
  const rows = plan.rows.map((row) => {
    const why = row.file === null ? undefined : away.get(row.file);
    return why === undefined
      ? row
      : { ...row, file: null, note: [row.note, why].filter((text) => text !== "").join("; ") };
  });
  await writeManifest(manifestFile(folder), manifestText({ rows }));
  const problems = plan.rows.flatMap(({ file, time, frame }): SeriesProblem[] => {
    const why = file === null ? undefined : away.get(file);
    return why === undefined || !frame
      ? []
      : [{ kind: "source-away", time, points: 1, text: `t${time}: ${basename(frame.path)}: ${why}` }];
  });
  return { made, removed, away: problems };
}

/** @throws RF_SERIES_FOREIGN for a folder that holds something else. */
async function openFolder(folder: string, id: SeriesId): Promise<{ record: FolderRecord; names: Set<string> }> {
  await mkdir(folder, { recursive: true });
  const names = new Set(await readdir(folder));
  const found = await readRecord(folder);
  const isOurs =
    found === "damaged" || found === undefined || (found.root === id.root && found.seriesKey === id.seriesKey);
  if (!isOurs)
    throw new RefocusdError("RF_SERIES_FOREIGN", `${folder} holds the series ${found.seriesKey} of ${found.root}`);
  if (found === undefined) {
    const others = [...names].filter((name) => name !== `${RECORD_NAME}.tmp`);
    if (others.length > 0)
      throw new RefocusdError("RF_SERIES_FOREIGN", `${folder} holds ${others.slice(0, 3).join(", ")}`);
  }
  if (found !== undefined && found !== "damaged") return { record: found, names };
  const record = { ...id, entries: {} };
  await writeRecord(folder, record);
  return { record, names };
}

/** Before an entry becomes another the record lets go of it: killed in between, it must not tell what is not there any more. */
async function forget(folder: string, record: FolderRecord, plan: SeriesPlan, link: LinkKind): Promise<void> {
  const isOther = (entry: SeriesEntry) => {
    const known = record.entries[entry.file];
    return known !== undefined && !isSame(known, targetOf(entry, link));
  };
  const others = new Set(plan.entries.filter(isOther).map(({ file }) => file));
  if (others.size === 0) return;
  const left = Object.entries(record.entries).filter(([file]) => !others.has(file));
  await writeRecord(folder, { ...record, entries: Object.fromEntries(left) });
}

function targetOf({ from }: SeriesEntry, link: LinkKind): MadeEntry {
  return from.kind === "file"
    ? { content: from.sha256, path: from.path, asked: link, as: null }
    : { content: JSON.stringify([from.time, from.like]), path: null, asked: link, as: null };
}

function isSame(a: MadeEntry, b: MadeEntry): boolean {
  return a.content === b.content && a.path === b.path && a.asked === b.asked;
}

async function makeEntry(
  folder: string,
  { file, from }: SeriesEntry,
  link: LinkKind,
  deps: LinkDeps,
): Promise<{ readonly as: LinkKind | null } | string> {
  const to = join(folder, file);
  const temporary = join(folder, `.${file}.tmp`);
  if (from.kind === "placeholder") {
    const bytes = placeholderTiff(from.like, from.time);
    await deps.beforeCopy(bytes.length);
    await replaceFile(to, temporary, bytes);
    return { as: null };
  }
  const result = await linkFile({ from, to, temporary, as: link }, deps);
  if (result.kind === "linked") return { as: result.as };
  return result.kind === "away" ? "the file is not there" : "the file is not the one that was judged";
}

/** Whether an entry is on the disk as it was made, as far as that can be told without reading it. */
async function isWhole(path: string, { as, path: source }: MadeEntry): Promise<boolean> {
  try {
    const own = await lstat(path);
    if (source === null || as === null) return own.isFile();
    if (as === "symlink")
      return own.isSymbolicLink() && (await readlink(path)) === source && (await stat(path)).isFile();
    const target = await stat(source).catch(() => undefined);
    if (!own.isFile()) return false;
    // A source that is away takes nothing from what was made of it.
    if (target === undefined) return true;
    return as === "hardlink" ? own.ino === target.ino && own.dev === target.dev : own.size === target.size;
  } catch (error) {
    if (isNoSuchFile(error)) return false;
    throw error;
  }
}

async function writeManifest(path: string, text: string): Promise<void> {
  const there = await readFile(path, "utf8").catch((error: unknown) => {
    if (isNoSuchFile(error)) return undefined;
    throw error;
  });
  if (there === text) return;
  await replaceFile(path, join(dirname(path), `.${basename(path)}.tmp`), Buffer.from(text));
}
