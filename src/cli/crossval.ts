import { basename, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { version } from "../app/version.js";
import type { ModelKind } from "../models/card.js";
import { systemClock } from "../system/clock.js";
import { EXIT, exitWith } from "./exit.js";
import { positive, whole } from "./train-numbers.js";
import { type PoolOptions, poolArguments, withPoolOptions } from "./train-pool.js";
import { trainProgress } from "./train-progress.js";
import { type WishOptions, wishesOf } from "./train-wishes.js";
import { inTrainingProcess, stopOrParentGone } from "./training-process.js";

interface Options extends PoolOptions, WishOptions {
  readonly folds: number;
  readonly sizes?: readonly (number | "all")[];
  readonly from?: string;
  readonly threads?: number;
  readonly out: string;
}

export function addCrossvalCommand(program: Command): void {
  const crossval = program
    .command("crossval")
    .description(
      "train several times on different fields, and measure on those held out (needs scripts/setup-tensorflow)",
    );
  for (const kind of ["classifier", "reconstructor"] as const) {
    const command = withPoolOptions(crossval.command(kind), "crossval")
      .description(
        "folds by overlap group, or with --sizes the data-size curve; called again the same way it goes on where it was stopped",
      )
      .requiredOption("--out <file>", "the figures, and all that is needed to repeat them, as JSON")
      .option("--folds <n>", "folds; each group of overlapping fields is held out in one of them", folds, 5)
      .addOption(
        new Option(
          "--sizes <list>",
          "instead of folds: so many fields to learn from, such as 1,5,10,20,all, with the same ones held out",
        )
          .argParser(sizes)
          .conflicts("folds"),
      )
      .option("--architecture <name>", "as refocusd train takes it")
      .option("--recipe <name>", "as refocusd train takes it")
      .addOption(new Option("--minutes <n>", "length of each training").argParser(positive).conflicts("epochs"))
      .option("--epochs <n>", "length of each in passes over the pool, for the paper's recipes", whole)
      .option(
        "--from <folder>",
        "model, trained on other fields, to start from; with --sizes each size is trained from it and from random weights",
      )
      .option("--threads <n>", "threads of TensorFlow (default: all cores)", whole)
      .action((options: Options) =>
        inTrainingProcess(kind, options.threads, () => crossvalHere(kind, options)).catch(exitWith),
      );
    if (kind === "reconstructor") command.option("--loss <name>", "as refocusd train takes it");
  }
}

async function crossvalHere(kind: ModelKind, options: Options): Promise<void> {
  const { runCrossval } = await import("../train/crossval/run-crossval.js");
  const { crossvalReport, writeReport } = await import("../train/crossval/report.js");
  const { PoolProcess } = await import("../train/pool-process.js");
  const { markdown } = await import("../evaluate/band-tables.js");
  const { data, work, poolSize, seed, splitSeed, sampling, from, threads } = options;
  const command = commandLine(kind, options);
  let progress = trainProgress(systemClock);
  try {
    const outcome = await runCrossval(
      {
        kind,
        data,
        work,
        size: poolSize,
        seed,
        splitSeed,
        wishes: wishesOf(options),
        comparison: options.sizes ? { kind: "sizes", sizes: options.sizes } : { kind: "folds", count: options.folds },
        command,
        ...(sampling !== undefined && { sampling }),
        ...(from !== undefined && { from }),
        ...(threads !== undefined && { threads }),
      },
      {
        clock: systemClock,
        signal: stopOrParentGone(),
        onEvent: (event) => progress.event(event),
        onRun: ({ name, number, total, isDone }) => {
          progress.stop();
          progress = trainProgress(systemClock);
          process.stderr.write(`${number} of ${total}: ${name}${isDone ? ", finished before" : ""}\n`);
        },
        poolFor: (plan, folder) => new PoolProcess(poolArguments(plan, folder)),
      },
    );
    progress.stop();
    if (outcome.kind === "interrupted") {
      process.stdout.write(
        `stopped with ${outcome.finished} of ${outcome.total} trainings finished; call it again the same way to go on\n`,
      );
      process.exitCode = EXIT.someFailed;
      return;
    }
    const date = new Date(systemClock.now()).toISOString();
    const report = crossvalReport({ refocusd: version(), command, date }, outcome.facts, outcome.results);
    await writeReport(options.out, report);
    process.stdout.write(`${markdown(report.table)}\n${report.notes.join("\n")}\n${options.out}\n`);
  } finally {
    progress.stop();
  }
}

/** For cards and report: without folders of this machine. */
function commandLine(kind: ModelKind, options: Options): string {
  const { data, poolSize, seed, splitSeed, sampling, from, threads } = options;
  const parts = ["refocusd crossval", kind, "--data", basename(resolve(data)), "--pool-size", poolSize];
  parts.push(...(options.sizes ? ["--sizes", options.sizes.join()] : ["--folds", options.folds]));
  for (const name of ["architecture", "recipe", "loss", "minutes", "epochs"] as const) {
    if (options[name] !== undefined) parts.push(`--${name}`, options[name]);
  }
  if (from !== undefined) parts.push("--from", basename(resolve(from)));
  if (sampling !== undefined) parts.push("--sampling", sampling);
  if (threads !== undefined) parts.push("--threads", threads);
  return `${[...parts, "--seed", seed, "--split-seed", splitSeed].join(" ")}.`;
}

function folds(text: string): number {
  const value = whole(text);
  if (value < 2) throw new InvalidArgumentError("two or more");
  return value;
}

function sizes(text: string): (number | "all")[] {
  return text.split(",").map((part) => (part.trim() === "all" ? "all" : whole(part)));
}
