import { SingleBar } from "cli-progress";
import type { Command } from "commander";
import { backUp, backUpText, compact, compactText, restore, restoreText } from "../app/ledger-care.js";
import { stateFolder } from "../app/state-folder.js";
import { systemClock } from "../system/clock.js";
import { exitWith } from "./exit.js";

interface Options {
  readonly config?: string;
  readonly state?: string;
}

export function addLedgerCommand(program: Command): void {
  const ledger = program.command("ledger").description("back up, restore and compact the ledger");
  const add = (name: string, description: string) =>
    ledger
      .command(name)
      .description(description)
      .option("-c, --config <file>", "configuration file")
      .option("--state <folder>", "state folder, instead of a configuration file");

  add("backup", "write a checked copy of the ledger; also while refocusd runs")
    .option("--to <path>", "file or folder (default: the folder backup in the state folder)")
    .action(async (options: Options & { to?: string }) => {
      const bar = process.stderr.isTTY
        ? new SingleBar({ format: " {bar} {percentage} %", hideCursor: true, clearOnComplete: true })
        : undefined;
      try {
        const state = await stateFolder(options, systemClock);
        bar?.start(1, 0);
        const file = await backUp(state, options.to, systemClock, (done, total) => {
          bar?.setTotal(total);
          bar?.update(done);
        });
        bar?.stop();
        process.stdout.write(backUpText(file));
      } catch (error) {
        bar?.stop();
        exitWith(error);
      }
    });

  add("restore", "put a backup in the place of the ledger, which is kept; only while refocusd is stopped")
    .argument("<backup>", "file written by ledger backup")
    .action(async (backup: string, options: Options) => {
      try {
        process.stdout.write(restoreText(await restore(await stateFolder(options, systemClock), backup, systemClock)));
      } catch (error) {
        exitWith(error);
      }
    });

  add("compact", "give unused space back to the disk; only while refocusd is stopped").action(
    async (options: Options) => {
      try {
        process.stdout.write(compactText(compact(await stateFolder(options, systemClock), systemClock)));
      } catch (error) {
        exitWith(error);
      }
    },
  );
}
