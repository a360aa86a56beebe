import type { Command } from "commander";
import type { TuneReport } from "../app/adapt/adapt-reconstructor.js";
import type { Choice, Chosen } from "../app/adapt/choose-fields.js";
import { tensorflowInstalled } from "../engines/tensorflow-binding.js";
import { systemClock } from "../system/clock.js";
import { EXIT, exitWith } from "./exit.js";
import { numberIn } from "./numbers.js";
import { modelName } from "./train.js";
import { inTrainingProcess, stopOrParentGone } from "./training-process.js";

interface Options extends Choice {
  readonly only?: string;
  readonly minutes: number;
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
      "fit the networks to your cells and microscope, from a few frames that are in focus; installs only what is better",
    )
    .option(
      "--from <folder>",
      "frames in focus, five or more; a positions.csv with file,overlap_group keeps overlapping ones together",
    )
    .option("--from-ledger", "frames that were judged, and reviewed, to be in focus; also while refocusd runs")
    .option("-c, --config <file>", "configuration file, for --from-ledger")
    .option(
      "--only <network>",
      "classifier or reconstructor (default: both; the reconstructor needs scripts/setup-tensorflow)",
    )
    .option("--minutes <n>", "how long the reconstructor is trained", numberIn("--minutes", 0.01, 1440), 8)
    .option("--days <n>", "of the ledger, only frames of so many days (default: all)", numberIn("--days", 0.01, 36_500))
    .option("--frames <n>", "of the ledger, at most so many frames", numberIn("--frames", 5, 1000, "whole"), 20)
    .option("--model <name>", "classifier to start from (default: the configuration's, else sdcnn)")
    .option("--reconstructor <name>", "reconstructor to start from (default: the configuration's, else resunet-guided)")
    .option(
      "--models <folder>",
      "folder of models, for both (default: the configuration's; new ones go into models in its state folder)",
    )
    .option(
      "--name <name>",
      "with --only: name of the adapted one (default: that of the first, lab, and the date)",
      modelName,
    )
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
        const { partsOf } = await import("../app/adapt/adapt-parts.js");
        const parts = partsOf(options.only, options.name, tensorflowInstalled());
        const work = () => adapt(options, parts);
        if (parts.kinds.includes("reconstructor"))
          await inTrainingProcess("reconstructor", undefined, () => work().catch(exitWith));
        else await work();
      } catch (error) {
        exitWith(error);
      }
    });
}

type Parts = import("../app/adapt/adapt-parts.js").Parts;

async function adapt(options: Options, parts: Parts): Promise<void> {
  const { lookAhead, ONE_PLACE } = await import("../app/adapt/adapt-parts.js");
  const { isOnePlace } = await import("../train/adapt/hold-out.js");
  const { chooseFields } = await import("../app/adapt/choose-fields.js");
  const chosen = await chooseFields(options, systemClock);
  await lookAhead(parts, chosen, options.name, systemClock.now());
  const say = (text: string) => options.json === undefined && process.stdout.write(text);
  say(`${chosen.words}${isOnePlace(chosen.fields) ? ONE_PLACE : ""}`);
  const json: Record<string, object | null> = { classifier: null, reconstructor: null };
  if (parts.kinds.includes("classifier")) json.classifier = await adaptClassifier(options, chosen, say);
  if (parts.kinds.includes("reconstructor")) {
    say(parts.kinds.length > 1 ? "\n" : "");
    json.reconstructor = await adaptReconstructor(options, chosen, say);
  }
  say(parts.left === "" ? "" : `\n${parts.left}`);
  if (options.json) process.stdout.write(`${JSON.stringify({ ...json, left: parts.left.trim() }, null, 2)}\n`);
}

/** @returns for JSON */
async function adaptClassifier(options: Options, chosen: Chosen, say: (text: string) => unknown): Promise<object> {
  const { adaptToLab } = await import("../app/adapt/adapt.js");
  const { adaptText, classifierJson } = await import("../app/adapt/adapt-text.js");
  const request = requestOf(options, chosen, "classifier");
  const report = await adaptToLab(request, systemClock, (done, all) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} fields judged `);
  });
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  say(adaptText(report, request.source));
  return classifierJson(report);
}

/** @returns for JSON */
async function adaptReconstructor(options: Options, chosen: Chosen, say: (text: string) => unknown): Promise<object> {
  const { adaptReconstructor: adaptIt } = await import("../app/adapt/adapt-reconstructor.js");
  const { reconstructorJson, reconstructorText } = await import("../app/adapt/reconstructor-text.js");
  const { PoolProcess } = await import("../train/pool-process.js");
  const { labPoolArguments } = await import("./train-pool.js");
  const { trainProgress } = await import("./train-progress.js");
  const request = {
    ...requestOf(options, chosen, "reconstructor"),
    minutes: options.minutes,
    holdBy: chosen.holdToSource ? chosen.classifier : undefined,
  };
  const progress = trainProgress(systemClock);
  let report: TuneReport | undefined;
  try {
    report = await adaptIt(request, {
      ...{ clock: systemClock, signal: stopOrParentGone(), onEvent: progress.event },
      poolOf: (planFile) => new PoolProcess(labPoolArguments(planFile)),
    });
  } finally {
    progress.stop();
  }
  if (report === undefined) {
    process.exitCode = EXIT.someFailed;
    say("The reconstructor: stopped before it was done; nothing was written.\n");
    return { stopped: true };
  }
  say(reconstructorText(report, request.source));
  return reconstructorJson(report);
}

function requestOf(options: Options, chosen: Chosen, kind: "classifier" | "reconstructor") {
  const { fields, models, into, name: from } = chosen;
  const { name, seed, licence, source = from } = options;
  const microscope = {
    na: options.na ?? chosen.microscope.na,
    pixelUm: options.pixelSize ?? chosen.microscope.pixelUm,
  };
  const model = chosen[kind];
  const known = [
    microscope.na === undefined ? "" : ` --na ${microscope.na}`,
    microscope.pixelUm === undefined ? "" : ` --pixel-size ${microscope.pixelUm}`,
  ].join("");
  const which = kind === "classifier" ? `--model ${model}` : `--reconstructor ${model} --minutes ${options.minutes}`;
  const command = `refocusd adapt ${chosen.origin} --only ${kind} ${which}${known} --seed ${seed}`;
  return { fields, model, models, into, name, microscope, seed, source, licence, command };
}
