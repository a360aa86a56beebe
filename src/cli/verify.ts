import { SingleBar } from "cli-progress";
import type { Command } from "commander";
import { findingLine, isAllRight, verifySummaryLine } from "../app/verify-text.js";
import { ledgerPath } from "../app/workshop.js";
import { loadConfig } from "../config/load.js";
import { openLedgerReader } from "../ledger/open.js";
import { verifyFiles } from "../report/verify/verify.js";
import { systemClock } from "../system/clock.js";
import { systemFileSystem } from "../system/file-system.js";
import { EXIT, exitWith } from "./exit.js";

export function addVerifyCommand(program: Command): void {
  program
    .command("verify")
    .description("hash sources and outputs again and compare them with the ledger; changes nothing")
    .requiredOption("-c, --config <file>", "configuration file")
    .option("--json", "print one JSON object per finding and line, and the summary in the last one")
    .action(async (options: { config: string; json?: true }) => {
      const format = " {bar} {percentage} %, {eta} s to go";
      const bar =
        options.json || !process.stderr.isTTY
          ? undefined
          : new SingleBar({ format, hideCursor: true, clearOnComplete: true });
      const print = (value: object, text: string) =>
        process.stdout.write(`${options.json ? JSON.stringify(value) : text}\n`);
      try {
        const { state, watch } = await loadConfig(options.config);
        const ledger = openLedgerReader(ledgerPath(state), { clock: systemClock });
        bar?.start(1, 0);
        const summary = await verifyFiles(
          watch.map(({ output }) => output),
          {
            ...{ ledger, fs: systemFileSystem, clock: systemClock },
            onFinding: (finding) => print(finding, findingLine(finding)),
            onProgress: (done, total) => {
              bar?.setTotal(total);
              bar?.update(done);
            },
          },
        );
        bar?.stop();
        ledger.close();
        print({ summary }, verifySummaryLine(summary));
        if (!isAllRight(summary)) process.exitCode = EXIT.someFailed;
      } catch (error) {
        bar?.stop();
        exitWith(error);
      }
    });
}
