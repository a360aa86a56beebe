import type { Config } from "../../config/schema.js";
import { asRefocusdError, type RefocusdError } from "../../errors/refocusd-error.js";
import type { LedgerReader } from "../../ledger/ledger.js";
import type { Log } from "../../log/log.js";
import { createSeriesBuilder, type SeriesReport } from "../../series/build-series.js";
import type { KeeperOptions } from "../../series/keeper.js";
import { seriesFolder } from "../../series/names.js";
import type { OverdueWatchOptions } from "../../series/overdue-watch.js";
import { allSeries } from "../../series/read-series.js";
import type { SeriesRules } from "../../series/series.js";
import { systemFreeBytes } from "../../system/disk-space.js";

export interface SeriesRequest {
  /** Part of a series' name; left out: all. */
  readonly name: string | undefined;
  /** Where the folders are made; null: series are only looked at. */
  readonly folder: string | null;
}

export interface SeriesDeps {
  readonly ledger: Pick<LedgerReader, "select">;
  readonly log: Log;
}

export type SeriesOutcome =
  | { readonly kind: "series"; readonly report: SeriesReport }
  | { readonly kind: "failed"; readonly name: string; readonly error: RefocusdError };

/** Makes the folders of the series that are asked for, each looked through to the last entry. One that fails does not keep others from it. */
export async function* buildAllSeries(
  { name, folder }: SeriesRequest,
  config: Config,
  { ledger, log }: SeriesDeps,
): AsyncGenerator<SeriesOutcome> {
  const { link, rules, minFreeBytes } = seriesSettings(config);
  const build = createSeriesBuilder(
    { folder, link, rules, minFreeBytes, thorough: true },
    { ledger, log, freeBytes: systemFreeBytes },
  );
  const roots = config.watch.map(({ path }) => path);
  for (const id of allSeries(ledger, roots)) {
    const own = seriesFolder(id);
    if (name !== undefined && !own.includes(name)) continue;
    try {
      yield { kind: "series", report: await build(id) };
    } catch (error) {
      yield { kind: "failed", name: own, error: asRefocusdError(error) };
    }
  }
}

/** What the daemon needs to keep series' folders; undefined where none are wanted. */
export function keeperOptions(config: Config): KeeperOptions | undefined {
  const { folder } = config.series;
  if (folder === null) return undefined;
  return { ...seriesSettings(config), folder, roots: config.watch.map(({ path }) => path) };
}

/** What the daemon needs to tell time points that do not come; undefined where that is not wanted. */
export function overdueOptions(config: Config): OverdueWatchOptions | undefined {
  const { overdueFactor: factor } = config.series;
  if (factor === null) return undefined;
  return { factor, intervalMs: seriesRules(config).intervalMs, roots: config.watch.map(({ path }) => path) };
}

function seriesSettings(config: Config) {
  const { series, disk } = config;
  return { link: series.link, rules: seriesRules(config), minFreeBytes: disk.minFreeGigabytes * 1e9 };
}

/** How series are made of frames, and what counts as late in them. */
export function seriesRules({ series }: Pick<Config, "series">): SeriesRules {
  return {
    reconstructionOf: series.reconstructionOf,
    placeholder: series.placeholder,
    intervalMs: series.intervalSeconds === null ? null : series.intervalSeconds * 1000,
    intervalTolerance: series.intervalTolerance,
  };
}
