import { userInfo } from "node:os";
import { Argument, type Command } from "commander";
import { reviewFrame, reviewText } from "../app/review.js";
import { stateFolder } from "../app/state-folder.js";
import { ledgerPath } from "../app/workshop.js";
import { openLedgerBeside } from "../ledger/open.js";
import { REVIEW_VERDICTS, type ReviewVerdict } from "../ledger/reviews.js";
import { systemClock } from "../system/clock.js";
import { exitWith } from "./exit.js";
import { numberIn } from "./numbers.js";

interface Options {
  readonly config?: string;
  readonly state?: string;
  readonly by?: string;
  readonly note?: string;
  readonly page?: number;
  readonly json?: true;
}

export function addReviewCommand(program: Command): void {
  program
    .command("review")
    .description(
      "say of a judged frame whether it is in focus; also while refocusd runs. adapt --from-ledger goes by it",
    )
    .argument("<file>", "source file")
    .addArgument(new Argument("<verdict>", "what you see").choices(REVIEW_VERDICTS))
    .option("--by <name>", "who says so (default: the user)")
    .option("--note <words>", "why, or what else there is to say")
    .option("--page <n>", "of a file of several pages, from 0", numberIn("--page", 0, 1e6, "whole"))
    .option("-c, --config <file>", "configuration file")
    .option("--state <folder>", "state folder, instead of a configuration file")
    .option("--json", "print JSON")
    .action(async (file: string, verdict: ReviewVerdict, options: Options) => {
      try {
        const ledger = openLedgerBeside(ledgerPath(await stateFolder(options, systemClock)), { clock: systemClock });
        const review = { verdict, reviewer: options.by ?? userInfo().username, note: options.note ?? null };
        const report = reviewFrame(file, options.page, review, { ledger, clock: systemClock });
        ledger.close();
        process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : reviewText(report));
      } catch (error) {
        exitWith(error);
      }
    });
}
