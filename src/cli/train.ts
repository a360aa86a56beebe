import { basename, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { MODEL_NAME, type ModelKind } from "../models/card.js";
import { systemClock } from "../system/clock.js";
import { EXIT, exitWith } from "./exit.js";
import { positive, whole } from "./train-numbers.js";
import { addPoolCommand, type PoolOptions, poolArguments, withPoolOptions } from "./train-pool.js";
import { trainProgress } from "./train-progress.js";
import { type WishOptions, wishesOf } from "./train-wishes.js";
import { inTrainingProcess, stopOrParentGone } from "./training-process.js";

interface Options extends PoolOptions, WishOptions {
  readonly out: string;
  readonly name?: string;
  readonly resume?: true;
  readonly from?: string;
  readonly threads?: number;
  readonly modelVersion: string;
  readonly source?: string;
  readonly licence: string;
  readonly note?: string;
}

const ARCHITECTURE_HELP: Readonly<Record<ModelKind, string>> = {
  classifier: "sdcnn (default), sdcnn-tiles (sees each tile reduced, as in the paper) or resnet50v2",
  reconstructor: "resunet-guided (default), resunet-lite, or as published: resunet, unet",
};
const RECIPE_HELP: Readonly<Record<ModelKind, string>> = {
  classifier: "ours (default; 75 minutes), paper or paper-finetune (with --from; 50 epochs each)",
  reconstructor: "ours (default; 75 minutes), paper (60 epochs) or lab (with --from; 8 minutes, as adapt does)",
};

export function addTrainCommand(program: Command): void {
  const train = program
    .command("train")
    .description("train a network on focused frames of your own (needs scripts/setup-tensorflow)");
  for (const kind of ["classifier", "reconstructor"] as const) {
    withPoolOptions(train.command(kind), "training")
      .description(kind === "classifier" ? "learn to tell focused frames from defocused ones" : "learn to refocus")
      .option("--out <folder>", "folder of models to write to", "models")
      .option("--name <name>", "name of the model (default: the architecture)", modelName)
      .option("--architecture <name>", ARCHITECTURE_HELP[kind])
      .option("--recipe <name>", RECIPE_HELP[kind])
      .addOption(
        new Option(
          "--minutes <n>",
          "length of the training over all sessions; with our recipe the rate falls to 0 along it",
        )
          .argParser(positive)
          .conflicts("epochs"),
      )
      .option("--epochs <n>", "length in passes over the items of the pool, for the paper's recipes", whole)
      .option(
        "--resume",
        "go on from the checkpoint in the work folder, by its recipe and loss; one whose minutes or epochs are over becomes a model at once",
      )
      .option("--from <folder>", "model to start from instead of random weights")
      .option("--threads <n>", "threads of TensorFlow (default: all cores)", whole)
      .option("--model-version <version>", "version for the card", "1.0.0")
      .option("--source <words>", "where the frames come from, for the card (default: the folder's name)")
      .option("--licence <words>", "under which licence, for the card", "not stated")
      .option("--note <words>", "anything more that the card's recipe should tell")
      .action((options: Options) =>
        inTrainingProcess(kind, options.threads, () => trainHere(kind, options)).catch(exitWith),
      );
    if (kind === "reconstructor") {
      const help =
        "huber+ssim (default with our recipe), ssim (default with the paper's), l1 or l1+ssim (L1 + 100 · SSIM)";
      train.commands.at(-1)?.option("--loss <name>", help);
    }
  }
  addPoolCommand(train);
}

async function trainHere(kind: ModelKind, options: Options): Promise<void> {
  const { runTraining } = await import("../train/run-training.js");
  const { DEFAULT_ARCHITECTURE } = await import("../train/plan.js");
  const { PoolProcess } = await import("../train/pool-process.js");
  const signal = stopOrParentGone();
  const progress = trainProgress(systemClock);
  const { data, work, poolSize, seed, splitSeed, from, threads, note, sampling } = options;
  const name = options.name ?? options.architecture ?? DEFAULT_ARCHITECTURE[kind];
  const plan = { data, size: poolSize, seed, splitSeed, ...(sampling !== undefined && { sampling }) };
  try {
    const outcome = await runTraining(
      {
        ...plan,
        kind,
        name,
        work,
        wishes: wishesOf(options),
        resume: options.resume ?? false,
        models: options.out,
        version: options.modelVersion,
        source: options.source ?? basename(resolve(data)),
        licence: options.licence,
        command: commandLine(kind, options),
        ...(from !== undefined && { from }),
        ...(threads !== undefined && { threads }),
        ...(note !== undefined && { note }),
      },
      { clock: systemClock, signal, onEvent: progress.event, pool: new PoolProcess(poolArguments(plan, work)) },
    );
    progress.stop();
    if (outcome.kind === "finished") {
      process.stdout.write(
        `${outcome.directory}: ${outcome.checkpoint.step} steps in ${(outcome.checkpoint.elapsedMs / 60_000).toFixed(1)} min; ` +
          `ONNX Runtime and TensorFlow agree to ${outcome.maxDifference.toExponential(1)}\n`,
      );
    } else {
      process.stdout.write(
        outcome.minutes === undefined
          ? `stopped before the first step; what was rendered is kept in ${work}: call it again the same way\n`
          : `stopped after ${outcome.minutes.toFixed(1)} min; add --resume to the same command to go on\n`,
      );
      process.exitCode = EXIT.someFailed;
    }
  } finally {
    progress.stop();
  }
}

/** For the card: without folders of this machine. */
function commandLine(kind: ModelKind, options: Options): string {
  const { data, poolSize, seed, splitSeed } = options;
  const parts = ["refocusd train", kind, "--data", basename(resolve(data)), "--pool-size", poolSize];
  for (const name of ["architecture", "recipe", "loss", "minutes", "epochs"] as const) {
    if (options[name] !== undefined) parts.push(`--${name}`, options[name]);
  }
  if (options.from !== undefined) parts.push("--from", basename(resolve(options.from)));
  if (options.sampling !== undefined) parts.push("--sampling", options.sampling);
  return `${[...parts, "--seed", seed, "--split-seed", splitSeed].join(" ")}.`;
}

export function modelName(text: string): string {
  if (!MODEL_NAME.test(text)) throw new InvalidArgumentError("lower-case letters, digits, dots and dashes");
  return text;
}
