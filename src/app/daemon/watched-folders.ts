import { isDeepStrictEqual } from "node:util";
import { resolveWatch } from "../../config/resolve.js";
import type { Config } from "../../config/schema.js";
import type { Ledger } from "../../ledger/ledger.js";
import type { Log } from "../../log/log.js";
import type { Clock } from "../../system/clock.js";
import { systemFileSystem } from "../../system/file-system.js";
import { stampsFolders } from "../../system/folder-stamps.js";
import { checkContainer } from "../../watch/containers/index.js";
import { FolderWatcher, type WatcherStatus } from "../../watch/watcher.js";
import { rejectionLine } from "../outcome-line.js";
import { doneMarkerOf } from "../settings.js";
import { createLedgerSink, type LedgerSink } from "./ledger-sink.js";

export interface WatchedFoldersDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  /** A frame is complete. */
  readonly onReady: () => void;
}

/** Each watched folder of the configuration, with what puts its files into the ledger. */
export class WatchedFolders {
  readonly #deps: WatchedFoldersDeps;
  /** By folder. */
  readonly #watchers = new Map<string, FolderWatcher>();
  readonly #sinks = new Map<string, LedgerSink>();

  constructor(deps: WatchedFoldersDeps) {
    this.#deps = deps;
  }

  async start(config: Config): Promise<void> {
    for (const watch of config.watch) await this.#watch(watch, config);
  }

  /** Takes live keys that have changed into account. */
  async follow(before: Config, config: Config): Promise<void> {
    for (const watch of config.watch) {
      const own = before.watch.find(({ path }) => path === watch.path) ?? watch;
      const [was, is] = [resolveWatch(before, own), resolveWatch(config, watch)];
      if (isDeepStrictEqual([was.settle, was.scan], [is.settle, is.scan])) continue;
      // Another watcher with the new times: what it has not settled yet is found again by its first scan.
      await this.#watchers.get(watch.path)?.stop();
      await this.#watch(watch, config);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#watchers.values()].map((watcher) => watcher.stop()));
  }

  status(): WatcherStatus[] {
    return [...this.#watchers.values()].map((watcher) => watcher.status());
  }

  /** The next scan takes a file for new, whatever its stat. */
  forget(root: string, path: string): void {
    this.#sinks.get(root)?.forget(path);
  }

  async #watch(own: Config["watch"][number], config: Config): Promise<void> {
    const { ledger, clock, log, onReady } = this.#deps;
    const { path } = own;
    const { include, exclude, polling, settle, scan, naming, namePatterns } = resolveWatch(config, own);
    const sink = createLedgerSink(
      { root: path, naming, namePatterns },
      {
        ...{ ledger, onReady },
        onRejected: (...rejection) => {
          const { message, fields } = rejectionLine(...rejection);
          log.warn(message, fields);
        },
        onUnreadName: (file) =>
          log.warn("the name of a frame tells no place in a time-lapse; `refocusd status` counts such names", { file }),
      },
    );
    this.#sinks.set(path, sink);
    const watcher = new FolderWatcher(
      {
        path,
        include,
        exclude,
        polling,
        quietMs: settle.quietSeconds * 1000,
        staleMs: settle.staleSeconds * 1000,
        scanMs: scan.intervalSeconds * 1000,
        sweepMs: scan.sweepSeconds * 1000,
        doneMarker: doneMarkerOf(own),
        never: [...config.watch.map(({ output }) => output), config.state],
      },
      { clock, fs: systemFileSystem, sink, log, check: checkContainer, stampsFolders },
    );
    this.#watchers.set(path, watcher);
    await watcher.start();
    log.info("watching", { folder: path });
  }
}
