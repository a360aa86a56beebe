import { basename } from "node:path";
import type { Clock } from "../system/clock.js";
import { type FileStat, type FileSystem, isNoSuchFile, type RandomAccess } from "../system/file-system.js";
import type { ContainerCheck } from "./containers/container-check.js";
import { type Finding, sameStat } from "./settle.js";

export type CheckContainer = (file: RandomAccess, name: string) => Promise<ContainerCheck>;

export interface ExamineDeps {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly check: CheckContainer;
}

/** What came of reading a file: a finding about exactly that stat, or the news that it is no longer so. */
export type Examination = Finding | { readonly kind: "changed" } | { readonly kind: "vanished" };

/**
 * Reads a quiet file: container check, then hash, between two stats that must both equal `expected`. A file that was
 * written, replaced or removed in between yields `changed` or `vanished` and nothing else.
 */
export async function examine(
  file: string,
  expected: FileStat,
  acceptZeroTail: boolean,
  deps: ExamineDeps,
): Promise<Examination> {
  try {
    const before = await deps.fs.stat(file);
    if (before === undefined) return { kind: "vanished" };
    if (!sameStat(before, expected)) return { kind: "changed" };
    const finding = await readContent(file, acceptZeroTail, deps);
    const after = await deps.fs.stat(file);
    if (after === undefined) return { kind: "vanished" };
    return sameStat(after, expected) ? finding : { kind: "changed" };
  } catch (error) {
    if (isNoSuchFile(error)) return { kind: "vanished" };
    const why = error instanceof Error ? error.message : String(error);
    // Anything the system refuses may pass: a lock, a share that answers late, too many open files.
    if (isSystemError(error)) return unreadable(why, deps.clock);
    return { kind: "failed", why };
  }
}

/** The finding that a file cannot be read now. */
export function unreadable(why: string, clock: Clock): Finding {
  const nowMs = clock.monotonic();
  return { kind: "unreadable", why, sinceMs: nowMs, triedMs: nowMs };
}

async function readContent(path: string, acceptZeroTail: boolean, deps: ExamineDeps): Promise<Finding> {
  const file = await deps.fs.open(path);
  try {
    const check = await deps.check(file, basename(path));
    switch (check.kind) {
      case "complete":
        return { ...check, kind: "whole", sha256: await file.hash() };
      case "incomplete":
        if (check.suspicious === undefined) {
          return { kind: "incomplete", why: check.why, ...(check.recording && { recording: true }) };
        }
        if (!acceptZeroTail) return { kind: "zero-tail", why: check.why };
        return { kind: "whole", type: check.type, pages: check.pages, sha256: await file.hash() };
      case "unsupported":
      case "damaged":
        return check;
    }
  } finally {
    await file.close();
  }
}

function isSystemError(error: unknown): boolean {
  const { errno, code, syscall } = error as NodeJS.ErrnoException;
  return typeof code === "string" && (errno !== undefined || syscall !== undefined || /^E[A-Z0-9]+$/.test(code));
}
