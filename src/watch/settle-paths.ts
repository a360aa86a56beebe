import path from "node:path";
import { Alarm } from "./alarm.js";
import { nameRules } from "./names.js";
import { systemRealPath } from "./real-path.js";
import { scanFolder } from "./scan.js";
import { Settler } from "./settler.js";
import {
  RETRY_MS,
  SHARE_CLOCK_MARGIN_MS,
  type WatchedFolder,
  type WatcherDeps,
  ZERO_TAIL_MS,
} from "./watched-folder.js";

/** As for a watched folder. `staleMs` is short here: nobody waits minutes for a truncated file on the command line. */
export type SettlePathsOptions = Pick<
  WatchedFolder,
  "include" | "exclude" | "polling" | "quietMs" | "staleMs" | "never"
>;

export interface SettledPaths {
  /** Absolute paths of all files that were looked at. One that the sink knew already, unchanged, got no report. */
  readonly files: readonly string[];
  /** Of the given paths, those at which there is nothing. */
  readonly missing: readonly string[];
  /** Names in the given folders that are not frames, by rule. */
  readonly ignored: Readonly<Record<string, number>>;
  readonly unreadableFolders: readonly string[];
}

/**
 * Settles files once: each given file whatever its name, and in each given folder the files that the patterns ask for. Resolves
 * when every one of them was reported to the sink as settled, rejected or gone (or when `signal` aborts).
 */
export async function settlePaths(
  paths: readonly string[],
  options: SettlePathsOptions,
  deps: WatcherDeps,
  signal?: AbortSignal,
): Promise<SettledPaths> {
  const found = await findFiles(paths, options, deps);
  const alarm = new Alarm(deps.clock);
  const ring = () => alarm.ring();
  const { quietMs, staleMs, polling } = options;
  const settler = new Settler(
    {
      quietMs,
      staleMs,
      zeroTailMs: ZERO_TAIL_MS,
      retryMs: RETRY_MS,
      clockMarginMs: polling ? SHARE_CLOCK_MARGIN_MS : 0,
    },
    { ...deps, rootPresent: () => Promise.resolve(true), onSchedule: ring },
  );
  signal?.addEventListener("abort", ring, { once: true });
  try {
    // Files that are due are not kept waiting by the first look at thousands of others.
    let looking = true;
    const looked = settler.lookAt(found.files).finally(() => {
      looking = false;
      ring();
    });
    looked.catch(() => {}); // It is awaited below; until then nobody may call it unhandled.
    const isOver = () => signal?.aborted === true || (!looking && settler.pending === 0);
    while (!isOver()) {
      await settler.runDue();
      if (isOver()) break;
      const dueMs = settler.nextDue();
      if (dueMs === undefined && settler.examining > 0) await settler.idle();
      else await alarm.sleep(dueMs);
    }
    await looked;
  } finally {
    signal?.removeEventListener("abort", ring);
    await settler.stop();
  }
  return found;
}

async function findFiles(
  paths: readonly string[],
  options: SettlePathsOptions,
  deps: WatcherDeps,
): Promise<SettledPaths> {
  const files = new Set<string>();
  const missing: string[] = [];
  const ignored: Record<string, number> = {};
  const unreadableFolders: string[] = [];
  const names = nameRules(options.include, options.exclude);
  const scanDeps = { fs: deps.fs, realPath: deps.realPath ?? systemRealPath, names, never: options.never ?? [] };
  for (const given of paths) {
    const full = path.resolve(given);
    const kind = await deps.fs.stat(full).then(
      (stat) => stat?.kind ?? "nothing",
      () => "file" as const, // It cannot be told what it is: settling says why.
    );
    if (kind === "nothing") {
      missing.push(given);
    } else if (kind === "directory") {
      const listing = await scanFolder(full, scanDeps, (file) => files.add(file));
      for (const [rule, count] of Object.entries(listing.ignored)) ignored[rule] = (ignored[rule] ?? 0) + count;
      unreadableFolders.push(...listing.unreadable.map(({ folder }) => folder));
    } else {
      files.add(full);
    }
  }
  return { files: [...files], missing, ignored, unreadableFolders };
}
