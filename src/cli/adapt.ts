import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { bundledModels } from "../models/registry.js";
import { systemClock } from "../system/clock.js";
import { exitWith } from "./exit.js";
import { numberIn } from "./numbers.js";
import { modelName } from "./train.js";

interface Options {
  readonly from: string;
  readonly model: string;
  readonly models: string;
  readonly name?: string;
  readonly na?: number;
  readonly pixelSize?: number;
  readonly source?: string;
  readonly licence: string;
  readonly seed: number;
  readonly json?: true;
}

export function addAdaptCommand(program: Command): void {
  program
    .command("adapt")
    .description(
      "fit the classifier to your cells and microscope, from a few frames that are in focus; installs it only if it is better",
    )
    .requiredOption(
      "--from <folder>",
      "frames in focus, five or more; a positions.csv with file,overlap_group keeps overlapping ones together",
    )
    .option("--model <name>", "classifier to start from", "sdcnn")
    .option("--models <folder>", "folder of models, for both", bundledModels())
    .option("--name <name>", "name of the adapted one (default: that of the first, lab, and the date)", modelName)
    .option("--na <n>", "numerical aperture of the objective, if known", numberIn("--na", 0.01, 2))
    .option(
      "--pixel-size <um>",
      "size of a pixel in the sample, micrometres, if known",
      numberIn("--pixel-size", 0.001, 100),
    )
    .option("--source <words>", "where the frames come from, for the card (default: the folder's name)")
    .option("--licence <words>", "under which licence, for the card", "not stated")
    .option("--seed <n>", "seed of optics and defocus", numberIn("--seed", 0, 2 ** 31, "whole"), 1)
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      try {
        await adapt(options);
      } catch (error) {
        exitWith(error);
      }
    });
}

async function adapt(options: Options): Promise<void> {
  const { adaptToLab } = await import("../app/adapt/adapt.js");
  const { adaptJson, adaptText } = await import("../app/adapt/adapt-text.js");
  const { listFields } = await import("../train/dataset/fields.js");
  const source = options.source ?? basename(resolve(options.from));
  const { model, models, name, seed, licence } = options;
  const microscope = { na: options.na, pixelUm: options.pixelSize };
  const fields = await listFields(options.from);
  const request = { fields, model, models, name, microscope, seed, source, licence, command: commandLine(options) };
  const report = await adaptToLab(request, systemClock, (done, all) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} fields judged `);
  });
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  process.stdout.write(options.json ? adaptJson(report) : adaptText(report, source));
}

function commandLine({ from, model, na, pixelSize, seed }: Options): string {
  const known = [na === undefined ? "" : ` --na ${na}`, pixelSize === undefined ? "" : ` --pixel-size ${pixelSize}`];
  return `refocusd adapt --from ${basename(resolve(from))} --model ${model}${known.join("")} --seed ${seed}`;
}
