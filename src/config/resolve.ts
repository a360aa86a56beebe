import { join, resolve } from "node:path";
import type { Config, ConfigFile, WatchConfig } from "./schema.js";

/** A watched folder with nothing left to look up elsewhere. */
export interface ResolvedWatch
  extends Omit<WatchConfig, "verdict" | "reconstruct" | "settle" | "scan">,
    Pick<Config, "verdict" | "reconstruct" | "settle" | "scan"> {}

/** Fills in the general sections where the folder has no setting of its own. */
export function resolveWatch(config: Config, watch: WatchConfig): ResolvedWatch {
  return {
    ...watch,
    verdict: overlay(config.verdict, watch.verdict),
    reconstruct: watch.reconstruct ?? config.reconstruct,
    settle: overlay(config.settle, watch.settle),
    scan: overlay(config.scan, watch.scan),
  };
}

/** Makes every path absolute, from the folder of the configuration file, and fills in the log folders. */
export function resolvePaths(file: ConfigFile, base: string): Config {
  const state = resolve(base, file.state);
  const logs = join(state, "log");
  const optional = (path: string | null) => (path === null ? null : resolve(base, path));
  return {
    ...file,
    state,
    watch: file.watch.map((w) => ({ ...w, path: resolve(base, w.path), output: resolve(base, w.output) })),
    models: { ...file.models, directory: optional(file.models.directory) },
    log: { ...file.log, directory: optional(file.log.directory) ?? logs },
    dailyLog: { ...file.dailyLog, directory: optional(file.dailyLog.directory) ?? logs },
    series: { ...file.series, folder: optional(file.series.folder) },
  };
}

function overlay<T extends object>(general: T, own: { [K in keyof T]?: T[K] | undefined } | undefined): T {
  const set = Object.entries(own ?? {}).filter(([, value]) => value !== undefined);
  return { ...general, ...Object.fromEntries(set) };
}
