import type { Command } from "commander";
import { stateFolder } from "../app/state-folder.js";
import { readStatus, statusText } from "../app/status/status.js";
import { ledgerPath } from "../app/workshop.js";
import { openLedgerReader } from "../ledger/open.js";
import { systemClock } from "../system/clock.js";
import { exitWith } from "./exit.js";

export function addStatusCommand(program: Command): void {
  program
    .command("status")
    .description("tell what is going on: frames by state and verdict, backlog, rate, latency, problems")
    .option("-c, --config <file>", "configuration file")
    .option("--state <folder>", "state folder, instead of a configuration file")
    .option("--json", "print JSON")
    .action(async (options: { config?: string; state?: string; json?: true }) => {
      try {
        const state = await stateFolder(options, systemClock);
        const ledger = openLedgerReader(ledgerPath(state), { clock: systemClock });
        const status = readStatus(ledger, state, systemClock.now(), options.json ?? false);
        ledger.close();
        process.stdout.write(options.json ? `${JSON.stringify(status, null, 2)}\n` : statusText(status));
      } catch (error) {
        exitWith(error);
      }
    });
}
