import { type Log, silentLog } from "../../../src/log/log.js";
import { FolderWatcher, type WatchedFolder, type WatcherDeps } from "../../../src/watch/watcher.js";
import { FakeClock } from "./fake-clock.js";
import { FakeFileSystem } from "./fake-file-system.js";
import { MemorySink } from "./memory-sink.js";
import { stubCheck } from "./stub-check.js";

/** A watcher of "/w" with default times (quiet 1 s, stale 5 min) on a clock and a disk that the test drives. */
export function fakeWatch(options: Partial<WatchedFolder> = {}, log: Log = silentLog, deps: Partial<WatcherDeps> = {}) {
  const clock = new FakeClock();
  const fs = new FakeFileSystem(clock);
  const sink = new MemorySink();
  fs.folder("/w");
  let give: (path: string, kind: "entry" | "content") => void = () => {};
  const watcher = new FolderWatcher(
    {
      path: "/w",
      include: ["**/*.tif", "**/*.png"],
      exclude: [],
      polling: false,
      quietMs: 1000,
      staleMs: 300_000,
      scanMs: 1000,
      sweepMs: 180_000,
      ...options,
    },
    {
      clock,
      fs,
      sink,
      check: stubCheck,
      log,
      realPath: async (path) => path,
      hints: (onHint) => {
        give = onHint;
        return { folders: 0, problem: undefined, follow() {}, close: async () => {} };
      },
      ...deps,
    },
  );
  return { clock, fs, sink, watcher, hint: (path: string, kind: "entry" | "content") => give(path, kind) };
}
