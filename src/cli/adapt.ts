import type { Command } from "commander";
import type { Choice } from "../app/adapt/choose-fields.js";
import { systemClock } from "../system/clock.js";
import { exitWith } from "./exit.js";
import { numberIn } from "./numbers.js";
import { modelName } from "./train.js";

interface Options extends Choice {
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
    .option(
      "--from <folder>",
      "frames in focus, five or more; a positions.csv with file,overlap_group keeps overlapping ones together",
    )
    .option("--from-ledger", "frames that were judged, and reviewed, to be in focus; also while refocusd runs")
    .option("-c, --config <file>", "configuration file, for --from-ledger")
    .option("--days <n>", "of the ledger, only frames of so many days (default: all)", numberIn("--days", 0.01, 36_500))
    .option("--frames <n>", "of the ledger, at most so many frames", numberIn("--frames", 5, 1000, "whole"), 20)
    .option("--model <name>", "classifier to start from (default: the configuration's, else sdcnn)")
    .option(
      "--models <folder>",
      "folder of models, for both (default: the configuration's; the new one goes into models in its state folder)",
    )
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
  const { chooseFields } = await import("../app/adapt/choose-fields.js");
  const chosen = await chooseFields(options, systemClock);
  const { fields, model, models, into, name: from } = chosen;
  const { name, seed, licence, source = from } = options;
  const microscope = {
    na: options.na ?? chosen.microscope.na,
    pixelUm: options.pixelSize ?? chosen.microscope.pixelUm,
  };
  const command = commandLine(options, chosen.origin, model, microscope);
  const request = { fields, model, models, into, name, microscope, seed, source, licence, command };
  const report = await adaptToLab(request, systemClock, (done, all) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} fields judged `);
  });
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  process.stdout.write(options.json ? adaptJson(report) : `${chosen.words}${adaptText(report, source)}`);
}

function commandLine(
  { seed }: Options,
  origin: string,
  model: string,
  { na, pixelUm }: { readonly na?: number | undefined; readonly pixelUm?: number | undefined },
): string {
  const known = [na === undefined ? "" : ` --na ${na}`, pixelUm === undefined ? "" : ` --pixel-size ${pixelUm}`];
  return `refocusd adapt ${origin} --model ${model}${known.join("")} --seed ${seed}`;
}
