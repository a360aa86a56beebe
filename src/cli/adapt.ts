import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { installModel } from "../app/models.js";
import { configForOneShot } from "../config/defaults.js";
import { bundledModels, findModel, readPart, WEIGHTS_FILE } from "../models/registry.js";
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
  const { adaptClassifier } = await import("../train/adapt/adapt-classifier.js");
  const { adaptationTable, adaptedCard } = await import("../train/adapt/adapted-card.js");
  const { moveLine } = await import("../train/adapt/move-line.js");
  const { checkFields, listFields } = await import("../train/dataset/fields.js");
  const { openOnnxEngine } = await import("../engines/onnx.js");

  const started = systemClock.monotonic();
  const fields = await listFields(options.from);
  await checkFields(fields);
  const { card: old, directory } = await findModel(options.models, options.model, "classifier");
  const engine = await openOnnxEngine();
  try {
    const network = await engine.load(directory);
    const { verdict: thresholds } = configForOneShot({ state: ".", out: "." });
    const microscope = { na: options.na, pixelUm: options.pixelSize };
    const progress = (done: number) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${fields.length} fields judged `);
    };
    const adaptation = await adaptClassifier(fields, network, thresholds, microscope, options.seed, progress);
    if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
    const date = new Date(systemClock.now()).toISOString().slice(0, 10);
    const name = options.name ?? `${options.model}-lab-${date.replaceAll("-", "")}`;
    const source = options.source ?? basename(resolve(options.from));
    const facts = {
      name,
      source,
      licence: options.licence,
      fields: fields.length,
      command: commandLine(options),
      seed: options.seed,
      date,
    };
    let installed: string | null = null;
    if (adaptation.isBetter) {
      const weights = moveLine(await readPart(join(directory, WEIGHTS_FILE)), adaptation.line);
      const card = adaptedCard(old, adaptation, facts);
      installed = (await installModel({ weights, card, models: options.models, replace: false }, engine, systemClock))
        .directory;
    }
    const seconds = Math.round((systemClock.monotonic() - started) / 1000);
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ ...adaptation, name, installed, seconds }, null, 2)}\n`);
      return;
    }
    const { title, columns, rows } = adaptationTable(old, adaptation, source);
    process.stdout.write(`${title} (${seconds} s)\n${aligned([columns, ...rows])}`);
    process.stdout.write(
      installed === null
        ? `\nThe adapted classifier is no better here, so ${old.name} ${old.version} stays as it is and nothing was written.\n`
        : `\nwritten: ${installed}\nto use it: models: { classifier: ${name} } in the configuration; ${options.model} stays there to go back to\n`,
    );
  } finally {
    await engine.dispose();
  }
}

function commandLine({ from, model, na, pixelSize, seed }: Options): string {
  const known = [na === undefined ? "" : ` --na ${na}`, pixelSize === undefined ? "" : ` --pixel-size ${pixelSize}`];
  return `refocusd adapt --from ${basename(resolve(from))} --model ${model}${known.join("")} --seed ${seed}`;
}

function aligned(rows: readonly (readonly (string | number | null)[])[]): string {
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => String(row[k]).length)));
  const line = (row: readonly (string | number | null)[]) =>
    row.map((cell, k) => (k === 0 ? String(cell).padEnd(widths[k]!) : String(cell).padStart(widths[k]!))).join("  ");
  return `${rows.map((row) => `  ${line(row)}`).join("\n")}\n`;
}
