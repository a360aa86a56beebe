import type { Command } from "commander";
import { requeueFrames, requeueText } from "../app/requeue.js";
import { stateFolder } from "../app/state-folder.js";
import { ledgerPath } from "../app/workshop.js";
import { openLedgerBeside } from "../ledger/open.js";
import { systemClock } from "../system/clock.js";
import { systemFileSystem } from "../system/file-system.js";
import { EXIT, exitWith } from "./exit.js";

interface Options {
  readonly config?: string;
  readonly state?: string;
  readonly failed?: true;
  readonly quarantined?: true;
  readonly json?: true;
}

export function addRequeueCommand(program: Command): void {
  program
    .command("requeue")
    .description("put frames that failed or were set aside back into the queue; also while refocusd runs")
    .argument("[files...]", "source files")
    .option("--failed", "all frames at which work has failed, set aside or waiting for another attempt")
    .option("--quarantined", "all frames that were set aside, files that never became a frame included")
    .option("-c, --config <file>", "configuration file")
    .option("--state <folder>", "state folder, instead of a configuration file")
    .option("--json", "print JSON")
    .action(async (files: string[], options: Options) => {
      try {
        const ledger = openLedgerBeside(ledgerPath(await stateFolder(options, systemClock)), { clock: systemClock });
        const { failed = false, quarantined = false } = options;
        const report = await requeueFrames(
          { files, failed, quarantined },
          { ledger, fs: systemFileSystem, clock: systemClock },
        );
        ledger.close();
        process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : requeueText(report));
        if (report.left.length > 0) process.exitCode = EXIT.someFailed;
      } catch (error) {
        exitWith(error);
      }
    });
}
