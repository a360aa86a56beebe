import type { Config } from "./schema.js";

/** The current configuration with what of the next one can take effect without a restart (the keys marked `live`). */
export function applyLive(current: Config, next: Config): Config {
  const { verdict, reconstruction, trust, output, reconstruct, settle, scan, limits, disk, retry } = next;
  const watch = current.watch.map((own) => {
    const other = next.watch.find(({ path }) => path === own.path);
    if (!other) return own;
    return {
      ...own,
      verdict: other.verdict,
      reconstruct: other.reconstruct,
      settle: other.settle,
      scan: other.scan,
    };
  });
  return {
    ...current,
    ...{ verdict, reconstruction, trust, output, reconstruct, settle, scan, limits, disk, retry, watch },
    adapt: { ...next.adapt, schedule: current.adapt.schedule },
    dailyLog: { ...current.dailyLog, page: next.dailyLog.page, pictures: next.dailyLog.pictures },
    ledger: { ...current.ledger, dailyBackups: next.ledger.dailyBackups },
    log: { ...current.log, level: next.log.level },
  };
}
