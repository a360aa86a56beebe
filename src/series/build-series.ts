import { join } from "node:path";
import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import type { LedgerReader } from "../ledger/ledger.js";
import type { Log } from "../log/log.js";
import type { FreeBytes } from "../system/disk-space.js";
import type { LinkDeps, LinkKind } from "./link.js";
import { makeFolder } from "./make-folder.js";
import { seriesFolder } from "./names.js";
import { planSeries } from "./plan.js";
import { readSeries } from "./read-series.js";
import {
  ROW_KINDS,
  type RowKind,
  type SeriesId,
  type SeriesPlan,
  type SeriesProblem,
  type SeriesRules,
} from "./series.js";

export interface BuildOptions {
  /** The folder of all series; null: nothing is made. */
  readonly folder: string | null;
  readonly link: LinkKind;
  readonly rules: SeriesRules;
  readonly thorough: boolean;
  /** Nothing is copied when less would be left on the disk. */
  readonly minFreeBytes: number;
}

export interface BuildDeps {
  readonly ledger: Pick<LedgerReader, "select">;
  readonly log: Log;
  readonly freeBytes: FreeBytes;
}

/** A series as it is now. */
export interface SeriesReport extends SeriesId {
  /** Below the folder of all series. */
  readonly name: string;
  /** Where its frames stand; null where nothing was made. */
  readonly folder: string | null;
  readonly timePoints: number;
  readonly rows: Readonly<Record<RowKind, number>>;
  /** Files in the folder. */
  readonly files: number;
  readonly made: number;
  readonly removed: number;
  readonly problems: readonly SeriesProblem[];
}

/** @returns what makes series' folders one after the other; fall-backs are told once, not for each frame. */
export function createSeriesBuilder(options: BuildOptions, deps: BuildDeps): (id: SeriesId) => Promise<SeriesReport> {
  const linkDeps = { onFallback: createFallbackNote(deps.log), beforeCopy: createSpaceCheck(options, deps) };
  return async (id) => {
    const plan = planSeries(readSeries(deps.ledger, id), options.rules);
    const name = seriesFolder(id);
    // A series of which nothing can be placed in time gets no folder.
    if (options.folder === null || plan.rows.length === 0) return reportOf(id, name, plan);
    const { link, thorough } = options;
    const folder = join(options.folder, name);
    try {
      const result = await makeFolder({ folder, id, plan, link, thorough }, linkDeps);
      const { made, removed, away } = result;
      const report = reportOf(id, name, plan, away);
      return { ...report, folder, files: report.files - away.length, made, removed };
    } catch (error) {
      throw seriesError(error, folder);
    }
  };
}

function reportOf(id: SeriesId, name: string, plan: SeriesPlan, away: readonly SeriesProblem[] = []): SeriesReport {
  const times = new Set(plan.rows.map(({ time }) => time));
  const count = (kind: RowKind) => plan.rows.filter((row) => row.kind === kind).length;
  return {
    root: id.root,
    seriesKey: id.seriesKey,
    name,
    folder: null,
    timePoints: times.size,
    rows: Object.fromEntries(ROW_KINDS.map((kind) => [kind, count(kind)])) as Record<RowKind, number>,
    files: plan.entries.length,
    made: 0,
    removed: 0,
    problems: [...plan.problems, ...away],
  };
}

function createFallbackNote(log: Log): LinkDeps["onFallback"] {
  const told = new Set<string>();
  return (asked, made, why) => {
    const key = `${asked} ${made}`;
    if (told.has(key)) return;
    told.add(key);
    log.warn(`series: the file system offers no ${asked} here, frames stand there by ${made}`, { why });
  };
}

function createSpaceCheck({ folder, minFreeBytes }: BuildOptions, { freeBytes }: BuildDeps): LinkDeps["beforeCopy"] {
  return async (bytes) => {
    if (folder === null || (await freeBytes(folder)) - bytes >= minFreeBytes) return;
    throw new RefocusdError("RF_DISK_LOW", `series are not copied into ${folder}`);
  };
}

function seriesError(error: unknown, folder: string): RefocusdError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof RefocusdError || code === undefined) return asRefocusdError(error);
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new RefocusdError(full ? "RF_DISK_FULL" : "RF_OUTPUT_UNWRITABLE", `${folder}: ${message}`, { cause: error });
}
