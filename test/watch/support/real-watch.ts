import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { silentLog } from "../../../src/log/log.js";
import { systemClock } from "../../../src/system/clock.js";
import { systemFileSystem } from "../../../src/system/file-system.js";
import { FolderWatcher, type WatchedFolder, type WatcherDeps } from "../../../src/watch/watcher.js";
import { MemorySink } from "./memory-sink.js";
import { stubCheck } from "./stub-check.js";

export const QUIET_MS = 150;

/** A watcher with short times on a new temporary folder of the real disk. Not started. */
export async function realWatch(options: Partial<WatchedFolder> = {}, deps: Partial<WatcherDeps> = {}) {
  const base = await mkdtemp(path.join(tmpdir(), "watch-"));
  const root = options.path ?? base;
  const sink = new MemorySink();
  const watcher = new FolderWatcher(
    {
      path: root,
      include: ["**/*.tif"],
      exclude: [],
      polling: false,
      quietMs: QUIET_MS,
      staleMs: 60_000,
      scanMs: 200,
      sweepMs: 60_000,
      ...options,
    },
    { clock: systemClock, fs: systemFileSystem, sink, check: stubCheck, log: silentLog, ...deps },
  );
  return { root, sink, watcher };
}

/** Waits until `condition` holds, at most `ms`. */
export async function until(condition: () => boolean, ms = 5000): Promise<void> {
  const endMs = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`not within ${ms} ms: ${condition}`);
    await pause(5);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
