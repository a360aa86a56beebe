import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { RefocusdError } from "../errors/refocusd-error.js";
import { bundledModels } from "../models/registry.js";
import { systemClock } from "../system/clock.js";
import { exitWith } from "./exit.js";
import { numberIn } from "./numbers.js";

interface Options {
  readonly data: string;
  readonly models: string;
  readonly classifier: [string, ...string[]];
  readonly reconstructor: string[];
  readonly validationOf?: string;
  readonly allFields?: true;
  readonly frames: number;
  readonly seed: number;
  readonly na: number;
  readonly pixelUm: number;
  readonly out: string;
}

export function addEvaluateCommand(program: Command): void {
  program
    .command("evaluate")
    .description(
      "measure the networks on focused frames that are put out of focus by computation; writes evaluate.json and evaluate.html",
    )
    .requiredOption(
      "--data <folder>",
      "focused frames; a positions.csv with file,overlap_group keeps overlapping fields together",
    )
    .requiredOption("--out <folder>", "where the report goes")
    .option("--models <folder>", "folder of models", bundledModels())
    .option(
      "--classifier <names...>",
      "classifiers to measure; the first tells how far out of focus frames are, and maps and examples are of it",
      ["sdcnn"],
    )
    .option("--reconstructor <names...>", "reconstructors to measure; examples are of the first", ["resunet-guided"])
    .option("--validation-of <name>", "take only the fields that this model's training held out, by its card")
    .option("--all-fields", "take all fields of the folder (give one of the two)")
    .option(
      "--frames <n>",
      "frames to compute, rounded up to whole fields of 8",
      numberIn("--frames", 1, 100_000, "whole"),
      64,
    )
    .option("--seed <n>", "seed of optics and defocus", numberIn("--seed", 0, 2 ** 31, "whole"), 1)
    .requiredOption("--na <n>", "numerical aperture of the objective", numberIn("--na", 0.01, 2))
    .requiredOption("--pixel-um <um>", "size of a pixel in the sample, micrometres", numberIn("--pixel-um", 0.001, 100))
    .action((options: Options) => run(options).catch(exitWith));
}

async function run(options: Options): Promise<void> {
  const { validationOf, allFields, classifier, reconstructor, ...rest } = options;
  if ((validationOf === undefined) === (allFields === undefined))
    throw new RefocusdError("RF_USAGE", "give either --validation-of <model> or --all-fields");
  const { evaluate } = await import("../evaluate/evaluate.js");
  const { markdown } = await import("../evaluate/band-tables.js");
  const started = systemClock.monotonic();
  const { report, json, html } = await evaluate(
    {
      ...rest,
      classifiers: classifier,
      reconstructors: reconstructor,
      command: commandLine(options),
      ...(validationOf !== undefined && { validationOf }),
    },
    systemClock,
    (done, total) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} `);
    },
  );
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  const { main, confusion, classifiers, smaller, reconstructors, rivals, mosaics, time } = report.tables;
  for (const table of [main, confusion, ...classifiers, smaller, ...reconstructors, rivals, mosaics, time])
    process.stdout.write(`${markdown(table)}\n`);
  const seconds = Math.round((systemClock.monotonic() - started) / 1000);
  process.stdout.write(`${report.note}\n${json}\n${html}\n${report.frames.length} frames in ${seconds} s\n`);
}

/** For the report: without folders of this machine. */
function commandLine({ data, classifier, reconstructor, validationOf, frames, seed, na, pixelUm }: Options): string {
  const which = validationOf === undefined ? "--all-fields" : `--validation-of ${validationOf}`;
  return `refocusd evaluate --data ${basename(resolve(data))} --classifier ${classifier.join(" ")} --reconstructor ${reconstructor.join(" ")} ${which} --frames ${frames} --seed ${seed} --na ${na} --pixel-um ${pixelUm} --out report`;
}
