import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SpaceStatus } from "../../pipeline/disk-guard.js";
import type { SeriesStatus } from "../../series/keeper.js";
import type { OverdueSeries } from "../../series/overdue-watch.js";
import type { WatcherStatus } from "../../watch/watched-folder.js";
import type { ConfigStatus } from "../daemon/live-config.js";
import type { AdaptStatus } from "./status-adapt.js";

/** What a running daemon says about itself, beside what the ledger says. Written every few seconds. */
export interface LiveStatus {
  readonly pid: number;
  readonly version: string;
  readonly startedMs: number;
  readonly writtenMs: number;
  readonly configFile: string;
  /** Left out by version 0.1.0. */
  readonly configuration?: ConfigStatus;
  readonly engine: string;
  readonly models: readonly string[];
  readonly workers: readonly { readonly pid: number | undefined; readonly state: string }[];
  readonly watchers: readonly WatcherStatus[];
  readonly dailyLogs: string;
  /** Left out by version 0.1.0. */
  readonly adapt?: AdaptStatus;
  /** The space for reconstructions. Left out by version 0.1.0. */
  readonly outputs?: readonly SpaceStatus[];
  /** The folders of series, where they are kept. */
  readonly series?: SeriesStatus;
  /** Series whose next time point has not come, where that is watched. */
  readonly overdue?: readonly OverdueSeries[];
}

const file = (state: string) => join(state, "status.json");

/** Replaces the file as a whole; a reader never sees half of it. Not fsynced: it is worthless after a crash anyway. */
export function writeLiveStatus(state: string, status: LiveStatus): void {
  writeFileSync(`${file(state)}.tmp`, `${JSON.stringify(status)}\n`);
  renameSync(`${file(state)}.tmp`, file(state));
}

/** What was written last, by a daemon that may have ended since; undefined if none ever ran here. */
export function readLiveStatus(state: string): LiveStatus | undefined {
  try {
    return JSON.parse(readFileSync(file(state), "utf8")) as LiveStatus;
  } catch {
    return undefined;
  }
}
