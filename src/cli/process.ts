import { SingleBar } from "cli-progress";
import { type Command, Option } from "commander";
import { frameJson } from "../app/frame-json.js";
import { frameLine, oneShotSummary } from "../app/frame-text.js";
import { processOnce } from "../app/one-shot.js";
import { configSchema } from "../config/schema.js";
import { RefocusdError } from "../errors/refocusd-error.js";
import { createLogger } from "../log/logger.js";
import { systemClock } from "../system/clock.js";
import { EXIT, exitWith } from "./exit.js";
import { numberIn } from "./numbers.js";
import { stopSignal } from "./stop-signal.js";

interface Options {
  readonly state: string;
  readonly out: string;
  readonly json?: true;
  readonly reconstruct: "defocused" | "always" | "never";
  readonly focusMap: "none" | "reconstructed" | "all";
  readonly trustMap?: true;
  readonly models?: string;
  readonly engine: "auto" | "onnx" | "tensorflow";
  readonly minFree: number;
  readonly verbose?: true;
}

export function addProcessCommand(program: Command): void {
  program
    .command("process")
    .description("judge and reconstruct frames that are there already, and end")
    .argument("<paths...>", "files and folders")
    .requiredOption("--state <folder>", "where the ledger is kept; a second call goes on where the first one ended")
    .requiredOption("--out <folder>", "where reconstructions are written")
    .option("--json", "print one JSON object per frame and line")
    .addOption(
      new Option("--reconstruct <which>", "which frames are reconstructed")
        .choices(["defocused", "always", "never"])
        .default("defocused"),
    )
    .addOption(
      new Option("--focus-map <which>", "of which frames a picture is written that shows where they are out of focus")
        .choices(["none", "reconstructed", "all"])
        .default("none"),
    )
    .option(
      "--trust-map",
      "write a picture of each reconstruction that shows where the evidence for its trust lies; pictures go into the folder maps",
    )
    .option("--models <folder>", "folder of models (default: those that come with refocusd)")
    .addOption(
      new Option("--engine <engine>", "what executes the networks")
        .choices(["auto", "onnx", "tensorflow"])
        .default("auto"),
    )
    .option(
      "--min-free <gigabytes>",
      "with less free where reconstructions go, frames are judged only; 0 for no limit",
      numberIn("--min-free", 0, 1_000_000),
      configSchema.shape.disk.parse(undefined).minFreeGigabytes,
    )
    .option("--verbose", "say more on the standard error output")
    .action(async (paths: string[], options: Options) => {
      const log = createLogger({ level: options.verbose ? "debug" : "error", files: null }, { clock: systemClock });
      const bar =
        options.json || !process.stderr.isTTY
          ? undefined
          : new SingleBar({
              format: " {bar} {value}/{total} frames, {eta} s to go",
              hideCursor: true,
              clearOnComplete: true,
            });
      bar?.start(paths.length, 0);
      try {
        const result = await processOnce(
          {
            paths,
            state: options.state,
            out: options.out,
            settings: {
              reconstruct: options.reconstruct,
              engine: { kind: options.engine },
              disk: { minFreeGigabytes: options.minFree },
              output: { focusMap: options.focusMap, trustMap: options.trustMap ?? false },
              ...(options.models && { models: { directory: options.models } }),
            },
          },
          {
            clock: systemClock,
            log,
            signal: stopSignal(),
            onFrame: (story) =>
              process.stdout.write(`${options.json ? JSON.stringify(frameJson(story)) : frameLine(story)}\n`),
            onProgress: (done, known) => {
              bar?.setTotal(known);
              bar?.update(done);
            },
          },
        );
        bar?.stop();
        if (!options.json) process.stdout.write(oneShotSummary(result, options));
        for (const path of result.missing) process.stderr.write(`refocusd: there is nothing at ${path}\n`);
        for (const { frames, hold } of result.held) {
          const { message, todo } = new RefocusdError(hold.code, hold.why);
          process.stderr.write(`refocusd: ${frames} not reconstructed: ${message}\n  ${todo}\n`);
        }
        const { failed, missing, interrupted, held } = result;
        const isIncomplete = failed > 0 || missing.length > 0 || interrupted || held.length > 0;
        process.exitCode = isIncomplete ? EXIT.someFailed : EXIT.ok;
      } catch (error) {
        bar?.stop();
        exitWith(error);
      } finally {
        await log.close();
      }
    });
}
