import type { Command } from "commander";
import { checkInstallation, checkText } from "../app/check.js";
import { loadConfig } from "../config/load.js";
import { systemClock } from "../system/clock.js";
import { EXIT, exitWith } from "./exit.js";

export function addCheckCommand(program: Command): void {
  program
    .command("check")
    .description(
      "look at configuration, folders, permissions, disk, system limits, engine and models before relying on them",
    )
    .requiredOption("-c, --config <file>", "configuration file")
    .option("--json", "print JSON")
    .action(async (options: { config: string; json?: true }) => {
      try {
        const checks = await checkInstallation(await loadConfig(options.config), systemClock);
        process.stdout.write(options.json ? `${JSON.stringify(checks, null, 2)}\n` : checkText(checks));
        if (checks.some(({ state }) => state === "failed")) process.exitCode = EXIT.someFailed;
      } catch (error) {
        exitWith(error);
      }
    });
}
