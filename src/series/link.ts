import { constants } from "node:fs";
import { copyFile, link, open, rename, rm, stat, symlink } from "node:fs/promises";
import { isNoSuchFile } from "../system/file-system.js";
import type { LinkedFile } from "./series.js";

export const LINK_KINDS = ["reflink", "symlink", "hardlink", "copy"] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/**
 * What is tried when a file system does not offer a kind of link. Never a hard link: it is the source itself under another name, and making
 * one changes the source's ctime.
 */
export const FALLBACKS: Readonly<Record<LinkKind, readonly LinkKind[]>> = {
  reflink: ["reflink", "symlink", "copy"],
  symlink: ["symlink", "copy"],
  hardlink: ["hardlink", "symlink", "copy"],
  copy: ["copy"],
};

/** What file systems answer that do not offer a kind of link, or not to this user (fs.protected_hardlinks), or not between these disks. */
const NOT_OFFERED = new Set(["ENOTSUP", "EOPNOTSUPP", "ENOSYS", "ENOTTY", "EINVAL", "EXDEV", "EPERM", "EMLINK"]);

export type Linked =
  | { readonly kind: "linked"; readonly as: LinkKind }
  /** `away`: there is no such file; `changed`: it is not the content that the ledger knows (any more). */
  | { readonly kind: "away" | "changed" };

export interface LinkRequest {
  readonly from: LinkedFile;
  readonly to: string;
  /** In the same folder as `to`; nothing is there. */
  readonly temporary: string;
  readonly as: LinkKind;
}

export interface LinkDeps {
  /** Is told when another kind of link had to do, and why. */
  readonly onFallback: (asked: LinkKind, made: LinkKind, why: string) => void;
  /** Is asked before bytes are written. @throws RF_DISK_LOW */
  readonly beforeCopy: (bytes: number) => Promise<void>;
}

/** Makes a file appear under a name of ours, whole or not at all. The source is only ever read. Errors are Node's. */
export async function linkFile({ from, to, temporary, as }: LinkRequest, deps: LinkDeps): Promise<Linked> {
  const before = await look(from);
  if (before !== "same") return { kind: before };
  let why = "";
  for (const kind of FALLBACKS[as]) {
    try {
      if (kind === "copy") await deps.beforeCopy(from.size ?? 0);
      await make(kind, from.path, temporary);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      await rm(temporary, { force: true });
      if (isNoSuchFile(error) && (await look(from)) === "away") return { kind: "away" };
      if (kind === "copy" || !NOT_OFFERED.has(code)) throw error;
      why ||= code;
      continue;
    }
    // Bytes that were read while they changed are of no content that anybody judged.
    const after = await look(from);
    if (after !== "same") {
      await rm(temporary, { force: true });
      return { kind: after };
    }
    await rename(temporary, to);
    // Of two names of one file, rename leaves both.
    if (kind === "hardlink") await rm(temporary, { force: true });
    if (kind !== as) deps.onFallback(as, kind, why);
    return { kind: "linked", as: kind };
  }
  throw new RangeError(`no way to link as ${as}`);
}

async function make(kind: LinkKind, source: string, temporary: string): Promise<void> {
  switch (kind) {
    case "symlink":
      return symlink(source, temporary);
    case "hardlink":
      return link(source, temporary);
    case "reflink":
      await copyFile(source, temporary, constants.COPYFILE_FICLONE_FORCE);
      return syncToDisk(temporary);
    case "copy":
      await copyFile(source, temporary);
      return syncToDisk(temporary);
  }
}

async function look({ path, size, mtimeMs }: LinkedFile): Promise<"same" | "away" | "changed"> {
  try {
    const now = await stat(path);
    const isSame = (size === null || now.size === size) && (mtimeMs === null || now.mtimeMs === mtimeMs);
    return isSame ? "same" : "changed";
  } catch (error) {
    if (isNoSuchFile(error)) return "away";
    throw error;
  }
}

export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
