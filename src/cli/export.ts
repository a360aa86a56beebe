import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import { type DayChoice, exportRange } from "../app/export-range.js";
import { ledgerPath } from "../app/workshop.js";
import { loadConfig } from "../config/load.js";
import { RefocusdError } from "../errors/refocusd-error.js";
import { openLedgerReader } from "../ledger/open.js";
import { exportDictionary } from "../report/export/columns.js";
import { EXPORT_FORMATS, type ExportFormat, exportFrames, exportParts } from "../report/export/export-frames.js";
import { dictionaryCsv } from "../report/export/text-formats.js";
import { localTimeZone } from "../report/local-day.js";
import { systemClock } from "../system/clock.js";
import { exitWith } from "./exit.js";

interface Options extends DayChoice {
  readonly config?: string;
  readonly format: ExportFormat;
  readonly out?: string;
  readonly dictionary?: true;
}

export function addExportCommand(program: Command): void {
  program
    .command("export")
    .description("write one row per frame into a file, and what each column means beside it; also while refocusd runs")
    .option("-c, --config <file>", "configuration file")
    .addOption(new Option("--format <format>", "csv, parquet or json").choices(EXPORT_FORMATS).default("csv"))
    .option("--day <YYYY-MM-DD>", "frames that arrived on this day, in local time (default: all)")
    .option("--from <YYYY-MM-DD>", "frames that arrived on this day or later")
    .option("--to <YYYY-MM-DD>", "frames that arrived on this day or earlier")
    .option("--out <file>", "where to (default: refocusd-<days>.<format> here); - for standard output")
    .option("--dictionary", "print what each column means, with unit and type, and nothing else")
    .action(async (options: Options) => {
      try {
        await run(options);
      } catch (error) {
        exitWith(error);
      }
    });
}

async function run({ config, format, out, dictionary, ...days }: Options): Promise<void> {
  if (dictionary) {
    const entries = exportDictionary();
    process.stdout.write(format === "json" ? `${JSON.stringify(entries, null, 2)}\n` : dictionaryCsv(entries));
    return;
  }
  if (config === undefined) throw new RefocusdError("RF_USAGE", "give --config <file>");
  const range = exportRange(days, localTimeZone());
  const ledger = openLedgerReader(ledgerPath((await loadConfig(config)).state), { clock: systemClock });
  try {
    if (out === "-") {
      const parts = await exportParts(ledger, range, format);
      await pipeline(Readable.from(parts), process.stdout).catch(unlessClosed);
      return;
    }
    const file = await exportFrames(ledger, range, format, resolve(out ?? `refocusd-${range.name}.${format}`));
    process.stdout.write(`${file.rows} frames in ${file.path}\nwhat its columns mean: ${file.dictionary}\n`);
  } finally {
    ledger.close();
  }
}

/** A reader that has seen enough (`| head`) is no failure. */
function unlessClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}
