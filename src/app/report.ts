import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/schema.js";
import { asRefocusdError } from "../errors/refocusd-error.js";
import { writeDailyLog } from "../report/daily-log.js";
import { type Day, dayAt, localTimeZone } from "../report/local-day.js";
import { openDayFile } from "../report/page/day-file.js";
import { placesOfDay } from "../report/page/day-places.js";
import { type DaySummary, daySummary, seriesOfDay } from "../report/page/day-totals.js";
import { leadText } from "../report/page/lead.js";
import { duration } from "../report/page/times.js";
import type { Clock } from "../system/clock.js";
import { dayPageRequest } from "./day-page/day-page-process.js";
import { printable } from "./frame-text.js";
import { ledgerPath } from "./workshop.js";

export interface DayReport extends Pick<DaySummary, "totals" | "latencyMs"> {
  readonly day: Day;
  readonly positions: number;
  /** Time points without a file. */
  readonly missing: number;
  /** The daily log. */
  readonly log: string;
  readonly page: string;
  /** The page, bytes. */
  readonly pageBytes: number;
}

/**
 * Writes the daily log and the page of a day, anew if they are there. The log of a day that has left the ledger stays as it is.
 * @param day left out: today
 * @throws RF_USAGE for what is no day, RF_LEDGER_MISSING, RF_LEDGER_ARCHIVED, RF_OUTPUT_UNWRITABLE, RF_DISK_FULL
 */
export async function reportDay(day: Day | undefined, config: Config, clock: Clock): Promise<DayReport> {
  const wanted = day ?? dayAt(clock.now(), localTimeZone());
  const log = await writtenLog(wanted, config, clock);
  // Loaded only here: pictures need libvips, which other commands do not.
  const { writeDayPage } = await import("./day-page/day-page.js");
  const page = await writeDayPage(dayPageRequest(log, config), clock);
  const file = openDayFile(log);
  try {
    const { totals, latencyMs } = daySummary(file);
    const positions = placesOfDay(seriesOfDay(file)).filter(({ series }) =>
      series.some((each) => each.series !== null),
    );
    return {
      day: wanted,
      totals,
      latencyMs,
      positions: positions.length,
      missing: page.missing,
      log,
      page: page.path,
      pageBytes: page.size,
    };
  } finally {
    file.close();
  }
}

async function writtenLog(day: Day, config: Config, clock: Clock): Promise<string> {
  const folder = config.dailyLog.directory;
  try {
    return (await writeDailyLog({ ledgerPath: ledgerPath(config.state), day, folder, clock })).path;
  } catch (thrown) {
    const error = asRefocusdError(thrown);
    const log = join(folder, `${day}.sqlite`);
    if (error.code === "RF_LEDGER_ARCHIVED" && existsSync(log)) return log;
    throw error;
  }
}

export function reportText({ day, totals, latencyMs, positions, missing, log, page }: DayReport): string {
  const lines = [`${day}: ${leadText(totals, positions, missing)}`];
  if (latencyMs !== null)
    lines.push(`From complete to judged: ${duration(latencyMs.p50)} (median), ${duration(latencyMs.p95)} (95 %).`);
  return `${[...lines, `  page   ${page}`, `  log    ${log}`].map(printable).join("\n")}\n`;
}
