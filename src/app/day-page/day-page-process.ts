import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Config } from "../../config/schema.js";
import { RefocusdError } from "../../errors/refocusd-error.js";
import type { SeriesRules } from "../../series/series.js";
import { seriesRules } from "../series/series.js";
import { ledgerPath } from "../workshop.js";

/** All that the page of a day is made from, as plain data: it is made in a process of its own. */
export interface DayPageRequest {
  /** The daily log; the page goes beside it. */
  readonly log: string;
  readonly ledger: string;
  readonly rules: SeriesRules;
  /** Reconstructions shown with pictures at most. */
  readonly pictures: number;
  readonly maxPixels: number;
}

export function dayPageRequest(log: string, config: Config): DayPageRequest {
  return {
    log,
    ledger: ledgerPath(config.state),
    rules: seriesRules(config),
    pictures: config.dailyLog.pictures,
    maxPixels: config.limits.maxMegapixels * 1e6,
  };
}

/** A page with the most pictures there may be, of large frames, takes minutes on a busy machine; a share that does not answer takes for ever. */
const LIMIT_MS = 20 * 60_000;

/** Writes the page of a day in a process of its own. @throws RF_INTERNAL with what that process said */
export function writePageByProcess(request: DayPageRequest, signal: AbortSignal): Promise<void> {
  const main = fileURLToPath(new URL("./day-page-main.js", import.meta.url));
  return new Promise((resolve, reject) => {
    const options = { signal, timeout: LIMIT_MS, killSignal: "SIGKILL" } as const;
    execFile(process.execPath, [main, JSON.stringify(request)], options, (error, _out, said) => {
      if (error === null || signal.aborted) resolve();
      else reject(new RefocusdError("RF_INTERNAL", said.trim() || error.message.split("\n", 1).join("")));
    });
  });
}
