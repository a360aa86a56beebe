import type { Command } from "commander";
import { runDemo } from "../app/demo/demo.js";
import { systemClock } from "../system/clock.js";
import { EXIT, exitWith } from "./exit.js";
import { stopSignal } from "./stop-signal.js";

export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .description(
      "show everything in less than a minute: a microscope writes the samples, a daemon judges and repairs them",
    )
    .option("--folder <folder>", "put everything here; an empty folder (default: a new temporary one)")
    .option("--keep", "keep the folder even when you stop the demonstration half way")
    .option("--models <folder>", "folder of models (default: those that come with refocusd)")
    .action(async (options: { folder?: string; keep?: true; models?: string }) => {
      try {
        const end = await runDemo(options, {
          clock: systemClock,
          signal: stopSignal(),
          print: (line) => process.stdout.write(`${line}\n`),
          colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
        });
        process.exitCode = end === "complete" ? EXIT.ok : EXIT.someFailed;
      } catch (error) {
        exitWith(error);
      }
    });
}
