import { resolve } from "node:path";
import type { Command } from "commander";
import { reproductionText } from "../app/reproduce/reproduce-text.js";
import { modelFolders } from "../app/settings.js";
import { stateFolder } from "../app/state-folder.js";
import { ledgerPath } from "../app/workshop.js";
import { loadConfig } from "../config/load.js";
import { openLedgerReader } from "../ledger/open.js";
import { createLogger } from "../log/logger.js";
import type { ModelFolders } from "../models/registry.js";
import { systemClock } from "../system/clock.js";
import { systemFileSystem } from "../system/file-system.js";
import { EXIT, exitWith } from "./exit.js";
import { numberIn } from "./numbers.js";

interface Options {
  readonly config?: string;
  readonly state?: string;
  readonly models?: string;
  readonly page?: number;
  readonly json?: true;
}

export function addReproduceCommand(program: Command): void {
  program
    .command("reproduce")
    .description("run a judged frame again with the models and settings of then, and compare; changes nothing")
    .argument("<file>", "source or reconstruction")
    .option("-c, --config <file>", "configuration file")
    .option("--state <folder>", "state folder, instead of a configuration file")
    .option(
      "--models <folder>",
      "folder of models (default: that of the configuration, or those that come with refocusd; and models in the state folder)",
    )
    .option("--page <number>", "only this page of the source, from 0", numberIn("--page", 0, 1e9, "whole"))
    .option("--json", "print one JSON object per frame and line")
    .action(async (file: string, options: Options) => {
      const log = createLogger({ level: "error", files: null }, { clock: systemClock });
      try {
        // It compares pixels, and so loads libvips: 20 MB that every other command, the daemon among them, would carry.
        const { reproduce } = await import("../app/reproduce/reproduce.js");
        const state = await stateFolder(options, systemClock);
        const ledger = openLedgerReader(ledgerPath(state), { clock: systemClock });
        const { different } = await reproduce(
          { path: resolve(file), page: options.page },
          {
            ...{ ledger, fs: systemFileSystem, clock: systemClock, log, models: await modelsOf(options, state) },
            onFrame: (one) => process.stdout.write(options.json ? `${JSON.stringify(one)}\n` : reproductionText(one)),
          },
        );
        ledger.close();
        if (different > 0) process.exitCode = EXIT.someFailed;
      } catch (error) {
        exitWith(error);
      } finally {
        await log.close();
      }
    });
}

async function modelsOf({ models, config }: Options, state: string): Promise<ModelFolders> {
  if (models !== undefined) return resolve(models);
  const own = config === undefined ? undefined : await loadConfig(config).catch(() => undefined);
  return modelFolders({ models: { directory: own?.models.directory ?? null }, state });
}
