import path from "node:path";
import { setImmediate as breath } from "node:timers/promises";
import { type FileSystem, isNoSuchFile } from "../system/file-system.js";
import { looksLikeAnImage, type Names } from "./names.js";
import type { RealPath } from "./real-path.js";
import type { RestingFolders } from "./rest.js";

export interface ScanDeps {
  readonly fs: FileSystem;
  readonly realPath: RealPath;
  readonly names: Names;
  /** Absolute folders that are never entered (our own output). */
  readonly never: readonly string[];
  /**
   * Takes over a file that is known to be a frame: matching its name again is most of a scan's time. Given folder and name apart: for
   * 50,000 known files, paths put together only to be looked up were 4 MB of V8's old space in each scan.
   */
  readonly recognised?: (folder: string, name: string) => boolean;
  /** Whether to end early; the listing is then not complete. */
  readonly stopped?: () => boolean;
  /** Folders that need no listing while they stay as they are. Left out: all are listed. */
  readonly resting?: Resting;
}

export interface Resting {
  readonly folders: RestingFolders;
  /** Whether the stamps of this folder can be believed. */
  readonly stamped: (folder: string) => Promise<boolean>;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
}

/** What a walk through a folder saw. */
export interface Listing {
  /** All folders that were listed, parents before children; empty when the root itself could not be. */
  readonly folders: readonly string[];
  /** Names that are frames. */
  readonly frames: number;
  /** Names that are not, by the rule that says so. */
  readonly ignored: Readonly<Record<string, number>>;
  /** Folders that could not be listed, with the reason. A folder that vanished meanwhile is none. */
  readonly unreadable: readonly { readonly folder: string; readonly why: string }[];
}

/** Folders listed at once: on a share the time goes into round trips. */
const FOLDERS_AT_ONCE = 4;
/** Names handled in one go before others get their turn: about 2 ms. */
const NAMES_IN_ONE_GO = 2000;

/** A folder while it is listed. */
interface Here {
  readonly children: string[];
  readonly ignored: Record<string, number>;
  frames: number;
  isAtRest: boolean;
}

interface Walk {
  readonly deps: ScanDeps;
  readonly root: string;
  readonly onFrame: (path: string) => void;
  /** Where followed links led, with the real root first. */
  readonly realFolders: string[];
  readonly folders: string[];
  readonly ignored: Record<string, number>;
  readonly unreadable: { folder: string; why: string }[];
  frames: number;
}

/**
 * Lists a folder and everything in it, once. `onFrame` is called with the path of every file that is a frame by name and was not
 * `recognised`, and of every folder or special file that is named like one. Stats nothing but symbolic links and special files.
 */
export async function scanFolder(root: string, deps: ScanDeps, onFrame: (path: string) => void): Promise<Listing> {
  const realRoot = (await deps.realPath(root)) ?? root;
  const walk: Walk = {
    deps,
    root,
    onFrame,
    realFolders: [realRoot],
    folders: [],
    ignored: {},
    unreadable: [],
    frames: 0,
  };
  const open = [root];
  while (open.length > 0 && deps.stopped?.() !== true) {
    const found = await Promise.all(open.splice(0, FOLDERS_AT_ONCE).map((folder) => visit(folder, walk)));
    for (const children of found) open.push(...children);
  }
  return walk;
}

/** @returns the folders inside that are to be listed as well. */
async function visit(folder: string, walk: Walk): Promise<readonly string[]> {
  const { resting, fs } = walk.deps;
  if (resting === undefined) return (await list(folder, walk)).children;
  const nowMs = resting.now();
  const stamps = await fs.stat(folder).catch(() => undefined);
  const rest = stamps && resting.folders.asBefore(folder, stamps);
  if (rest !== undefined) {
    walk.folders.push(folder);
    add(walk, rest);
    return rest.children;
  }
  const found = await list(folder, walk);
  if (stamps !== undefined && found.isAtRest && (await resting.stamped(folder)))
    resting.folders.remember(folder, { stamps, ...found }, nowMs);
  return found.children;
}

interface Found {
  readonly children: readonly string[];
  readonly frames: number;
  readonly ignored: Readonly<Record<string, number>>;
  /** Nothing in it was handed on, or may change without the folder doing so (a link's target). */
  readonly isAtRest: boolean;
}

async function list(folder: string, walk: Walk): Promise<Found> {
  const here: Here = { children: [], frames: 0, ignored: {}, isAtRest: true };
  let entries: Awaited<ReturnType<FileSystem["readdir"]>>;
  try {
    entries = await walk.deps.fs.readdir(folder);
  } catch (error) {
    if (!isNoSuchFile(error)) walk.unreadable.push({ folder, why: (error as Error).message });
    return { ...here, isAtRest: false };
  }
  walk.folders.push(folder);
  const inside = folder === walk.root ? "" : `${slashed(path.relative(walk.root, folder))}/`;
  let handled = 0;
  for (const { name, kind } of entries) {
    if (++handled % NAMES_IN_ONE_GO === 0) await breath();
    if (kind === "file" && walk.deps.recognised?.(folder, name) === true) {
      here.frames++;
      continue;
    }
    const full = pathOf(folder, name);
    const relative = inside + name;
    if (kind === "file") {
      visitFile(full, relative, name, walk, here);
    } else if (kind === "directory") {
      visitFolder(full, relative, name, walk, here);
    } else {
      here.isAtRest = false;
      await visitLink(full, relative, name, walk, here);
    }
  }
  add(walk, here);
  return here;
}

function add(walk: Walk, { frames, ignored }: Pick<Found, "frames" | "ignored">): void {
  walk.frames += frames;
  for (const [rule, names] of Object.entries(ignored)) walk.ignored[rule] = (walk.ignored[rule] ?? 0) + names;
}

/** As `path.join` of what needs no normalising, at a tenth of its cost. */
export function pathOf(folder: string, name: string): string {
  return folder.endsWith(path.sep) ? folder + name : folder + path.sep + name;
}

function visitFile(full: string, relative: string, name: string, walk: Walk, here: Here): void {
  const found = walk.deps.names.file(relative, name);
  if (found.kind === "ignored") {
    count(here, found.rule);
    return;
  }
  here.frames++;
  here.isAtRest = false;
  walk.onFrame(full);
}

function visitFolder(full: string, relative: string, name: string, walk: Walk, here: Here): void {
  const rule = walk.deps.never.includes(full) ? "(output)" : walk.deps.names.skippedFolder(relative, name);
  if (rule !== undefined) {
    count(here, rule);
    return;
  }
  here.children.push(full);
  if (!looksLikeAnImage(name) || walk.deps.names.file(relative, name).kind !== "frame") return;
  here.isAtRest = false;
  walk.onFrame(full);
}

/**
 * A symbolic link, or a pipe, socket or device. A link to a folder is followed if that lies outside everything that is
 * listed anyway, and is not above it: so no cycle is walked and no frame has two paths.
 */
async function visitLink(full: string, relative: string, name: string, walk: Walk, here: Here): Promise<void> {
  const { fs, realPath } = walk.deps;
  // Settling looks at it in any case, so a folder full of links to frames costs no stats here.
  if (looksLikeAnImage(name)) return visitFile(full, relative, name, walk, here);
  const kind = await fs.stat(full).then(
    (stat) => stat?.kind ?? "nothing",
    () => "file" as const, // It cannot be told what it is: settling will say why.
  );
  if (kind === "nothing") return count(here, "(broken link)");
  if (kind === "file") return visitFile(full, relative, name, walk, here);
  if (kind === "other") return count(here, "(special file)");
  const real = await realPath(full);
  if (real === undefined) return count(here, "(broken link)");
  if (walk.realFolders.some((other) => isInside(real, other) || isInside(other, real))) {
    return count(here, "(link into a folder that is listed anyway)");
  }
  walk.realFolders.push(real);
  visitFolder(full, relative, name, walk, here);
}

function isInside(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(path.sep) ? outer : outer + path.sep);
}

function slashed(relative: string): string {
  return path.sep === "/" ? relative : relative.replaceAll(path.sep, "/");
}

function count(here: Here, rule: string): void {
  here.ignored[rule] = (here.ignored[rule] ?? 0) + 1;
}
