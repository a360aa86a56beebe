#!/usr/bin/env node
import { Command } from "commander";
import { version } from "../app/version.js";
import { addAdaptCommand } from "./adapt.js";
import { addCheckCommand } from "./check.js";
import { addCrossvalCommand } from "./crossval.js";
import { addDemoCommand } from "./demo.js";
import { addEvaluateCommand } from "./evaluate.js";
import { EXIT, exitWith } from "./exit.js";
import { addExplainCommand } from "./explain.js";
import { addExportCommand } from "./export.js";
import { addLedgerCommand } from "./ledger.js";
import { addModelsCommand } from "./models.js";
import { addNamesCommand } from "./names.js";
import { addProcessCommand } from "./process.js";
import { addReportCommand } from "./report.js";
import { addReproduceCommand } from "./reproduce.js";
import { addRequeueCommand } from "./requeue.js";
import { addReviewCommand } from "./review.js";
import { addRunCommand } from "./run.js";
import { addSeriesCommand } from "./series.js";
import { addServiceCommand } from "./service.js";
import { addSimulateCommand } from "./simulate.js";
import { addStatusCommand } from "./status.js";
import { addTrainCommand } from "./train.js";
import { addVerifyCommand } from "./verify.js";

const program = new Command("refocusd")
  .description("Judges the focus of every frame a microscope exports, and reconstructs defocused frames at once.")
  .version(version())
  .showHelpAfterError()
  // commander's own code for a wrong command line is 1, which means something else here.
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage))
  .addHelpText(
    "after",
    "\nExit codes: 0 done; 1 done, but some frames ended in quarantine or a check failed; 2 wrong command line or configuration; 3 failed.",
  );

for (const add of [
  addRunCommand,
  addProcessCommand,
  addStatusCommand,
  addExplainCommand,
  addReproduceCommand,
  addRequeueCommand,
  addReviewCommand,
  addVerifyCommand,
  addReportCommand,
  addSeriesCommand,
  addExportCommand,
  addLedgerCommand,
  addNamesCommand,
  addModelsCommand,
  addCheckCommand,
  addServiceCommand,
  addTrainCommand,
  addCrossvalCommand,
  addAdaptCommand,
  addEvaluateCommand,
  addSimulateCommand,
  addDemoCommand,
]) {
  add(program);
}

await program.parseAsync().catch(exitWith);
