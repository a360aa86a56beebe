import { resolve } from "node:path";
import type { Command } from "commander";
import { buildAllSeries, type SeriesOutcome } from "../app/series/series.js";
import { checkSeriesPlace } from "../app/series/series-place.js";
import { seriesText } from "../app/series/series-text.js";
import { isRunning } from "../app/status/status.js";
import { readLiveStatus } from "../app/status/status-file.js";
import { ledgerPath } from "../app/workshop.js";
import { loadConfig } from "../config/load.js";
import { openLedgerReader } from "../ledger/open.js";
import { type Log, silentLog } from "../log/log.js";
import { systemClock } from "../system/clock.js";
import { EXIT, exitWith } from "./exit.js";

interface Options {
  readonly config: string;
  readonly out?: string;
  readonly json?: true;
}

export function addSeriesCommand(program: Command): void {
  program
    .command("series")
    .description(
      "make the folders of all series, each with every time point in order, and tell what is missing in them",
    )
    .argument("[name]", "only series whose name, as the table has it, contains this")
    .requiredOption("-c, --config <file>", "configuration file")
    .option("--out <folder>", "where to make them, instead of series.folder")
    .option("--json", "print one JSON object per series and line")
    .action(async (name: string | undefined, options: Options) => {
      try {
        const config = await loadConfig(options.config);
        const asked = options.out === undefined ? config.series.folder : resolve(options.out);
        if (asked !== null) await checkSeriesPlace(asked, config);
        const live = readLiveStatus(config.state);
        // Two at once would be in each other's way.
        const isKept = live !== undefined && isRunning(live, systemClock.now()) && live.series?.folder === asked;
        const folder = isKept ? null : asked;
        const ledger = openLedgerReader(ledgerPath(config.state), { clock: systemClock });
        const outcomes: SeriesOutcome[] = [];
        for await (const outcome of buildAllSeries({ name, folder }, config, { ledger, log: stderrLog })) {
          outcomes.push(outcome);
          if (options.json) process.stdout.write(`${JSON.stringify(jsonOf(outcome))}\n`);
        }
        ledger.close();
        if (!options.json) process.stdout.write(seriesText(outcomes, folder, isKept ? asked : null));
        if (outcomes.some(({ kind }) => kind === "failed")) process.exitCode = EXIT.someFailed;
      } catch (error) {
        exitWith(error);
      }
    });
}

const stderrLog: Log = {
  ...silentLog,
  warn: (message, fields) =>
    void process.stderr.write(`refocusd: ${message} (${Object.values(fields ?? {}).join(", ")})\n`),
};

function jsonOf(outcome: SeriesOutcome): object {
  if (outcome.kind === "series") return outcome.report;
  const { code, detail } = outcome.error;
  return { name: outcome.name, errorCode: code, errorDetail: detail };
}
