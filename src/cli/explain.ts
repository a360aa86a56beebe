import { resolve } from "node:path";
import type { Command } from "commander";
import { explainStory } from "../app/explain/explain.js";
import { whatIsMissing } from "../app/explain/what-is-missing.js";
import { stateFolder } from "../app/state-folder.js";
import { ledgerPath } from "../app/workshop.js";
import { openLedgerReader } from "../ledger/open.js";
import { frameCourse } from "../report/series-course.js";
import { systemClock } from "../system/clock.js";
import { systemFileSystem } from "../system/file-system.js";
import { EXIT, exitWith } from "./exit.js";

interface Options {
  readonly config?: string;
  readonly state?: string;
  readonly json?: true;
}

export function addExplainCommand(program: Command): void {
  program
    .command("explain")
    .description("tell the whole story of one frame, from its source's path or its reconstruction's")
    .argument("<file>", "source or reconstruction")
    .option("-c, --config <file>", "configuration file")
    .option("--state <folder>", "state folder, instead of a configuration file")
    .option("--json", "print JSON")
    .action(async (file: string, options: Options) => {
      try {
        const ledger = openLedgerReader(ledgerPath(await stateFolder(options, systemClock)), { clock: systemClock });
        const story = ledger.story(resolve(file));
        const courses = new Map(story.map((frame) => [frame.id, frameCourse(ledger, frame)]));
        ledger.close();
        const waiting = story.find(({ state, isCurrent }) => state === "seen" && isCurrent);
        const missing = waiting && !options.json ? await whatIsMissing(waiting.path, systemFileSystem) : undefined;
        const told = story.map((frame) => ({ ...frame, course: courses.get(frame.id) ?? null }));
        process.stdout.write(
          options.json
            ? `${JSON.stringify(told, null, 2)}\n`
            : explainStory(resolve(file), story, missing, ({ id }) => courses.get(id)),
        );
        if (story.length === 0) process.exitCode = EXIT.someFailed;
      } catch (error) {
        exitWith(error);
      }
    });
}
