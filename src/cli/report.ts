import { spawn } from "node:child_process";
import { type Command, Option } from "commander";
import { reportDay, reportText } from "../app/report.js";
import { loadConfig } from "../config/load.js";
import { systemClock } from "../system/clock.js";
import { exitWith } from "./exit.js";

interface Options {
  readonly config: string;
  readonly day?: string;
  readonly open?: "yes" | "no";
  readonly json?: true;
}

export function addReportCommand(program: Command): void {
  program
    .command("report")
    .description("write the log and the page of a day, anew if they are there, and tell the day in short")
    .requiredOption("-c, --config <file>", "configuration file")
    .option("--day <YYYY-MM-DD>", "which day, in local time (default: today)")
    .addOption(
      new Option("--open <yes|no>", "open the page in the browser (default: yes on a terminal of a desktop)").choices([
        "yes",
        "no",
      ]),
    )
    .option("--json", "print one JSON object")
    .action(async (options: Options) => {
      try {
        const report = await reportDay(options.day, await loadConfig(options.config), systemClock);
        process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : reportText(report));
        if (options.open === "yes" || (options.open === undefined && !options.json && isDesktop())) show(report.page);
      } catch (error) {
        exitWith(error);
      }
    });
}

function isDesktop(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.stdout.isTTY && (process.platform === "darwin" || Boolean(DISPLAY || WAYLAND_DISPLAY));
}

function show(page: string): void {
  const browser = spawn(process.platform === "darwin" ? "open" : "xdg-open", [page], {
    stdio: "ignore",
    detached: true,
  });
  browser.on("error", (error) => process.stderr.write(`refocusd: the page could not be opened: ${error.message}\n`));
  browser.unref();
}
