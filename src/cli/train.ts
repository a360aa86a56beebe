import { spawn } from "node:child_process";
import { once } from "node:events";
import { basename, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { MODEL_NAME, type ModelKind } from "../models/card.js";
import { systemClock } from "../system/clock.js";
import type { PlanWishes } from "../train/plan.js";
import { EXIT, exitWith } from "./exit.js";
import { stopSignal } from "./stop-signal.js";
import { trainProgress } from "./train-progress.js";

interface PoolOptions {
  readonly data: string;
  readonly work: string;
  readonly poolSize: number;
  readonly seed: number;
  readonly splitSeed: number;
  readonly sampling?: number;
}

interface Options extends PoolOptions {
  readonly out: string;
  readonly name?: string;
  readonly architecture?: string;
  readonly recipe?: string;
  readonly loss?: string;
  readonly minutes?: number;
  readonly epochs?: number;
  readonly resume?: true;
  readonly from?: string;
  readonly threads?: number;
  readonly modelVersion: string;
  readonly source?: string;
  readonly licence: string;
  readonly note?: string;
}

const ARCHITECTURE_HELP: Readonly<Record<ModelKind, string>> = {
  classifier: "sdcnn (default) or resnet50v2",
  reconstructor: "resunet-lite (default), or as published: resunet, unet",
};
const RECIPE_HELP: Readonly<Record<ModelKind, string>> = {
  classifier: "ours (default; 75 minutes), paper or paper-finetune (with --from; 50 epochs each)",
  reconstructor: "ours (default; 75 minutes) or paper (60 epochs)",
};

/** Set in the process that trains, which the one that was called has started. */
const MARK = "REFOCUSD_TRAINING";

export function addTrainCommand(program: Command): void {
  const train = program
    .command("train")
    .description("train a network on focused frames of your own (needs scripts/setup-tensorflow)");
  for (const kind of ["classifier", "reconstructor"] as const) {
    withPoolOptions(train.command(kind))
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
      .action((options: Options) => start(kind, options).catch(exitWith));
    if (kind === "reconstructor") {
      const help =
        "huber+ssim (default with our recipe), ssim (default with the paper's), l1 or l1+ssim (L1 + 100 · SSIM)";
      train.commands.at(-1)?.option("--loss <name>", help);
    }
  }
  withPoolOptions(train.command("pool", { hidden: true }))
    .description("render a training's pools until the process that started this one is gone")
    .action((options: PoolOptions) => renderPool(options).catch(exitWith));
}

function withPoolOptions(command: Command): Command {
  return command
    .requiredOption(
      "--data <folder>",
      "focused frames; a positions.csv with file,overlap_group keeps overlapping fields together",
    )
    .option("--work <folder>", "pool of rendered items and checkpoints; both networks can share it", "training")
    .option("--pool-size <n>", "items to render, about 1 MB each", whole, 1400)
    .option("--seed <n>", "seed of everything but the split", natural, 1)
    .option("--split-seed <n>", "seed of the choice of held-out fields", natural, 3)
    .option(
      "--sampling <n>",
      "pixel size × NA / wavelength of the frames' own microscope, if known (10×, NA 0.3, 0.87 µm: 0.475); half of the items on them " +
        "then keep frame and optics together",
      positive,
    );
}

/** Trains in a process of its own: what makes libtensorflow fast must be in the environment when a process starts. */
async function start(kind: ModelKind, options: Options): Promise<void> {
  if (process.env[MARK]) return trainHere(kind, options);
  const { nativeEnvironment } = await import("../train/native-environment.js");
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    // A group of its own: Ctrl-C reaches it once, through us, and not a second time from the terminal.
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...nativeEnvironment(kind, options.threads, process.env), [MARK]: "1" },
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, "exit")) as [number | null];
  process.exitCode = code ?? EXIT.failed;
}

async function trainHere(kind: ModelKind, options: Options): Promise<void> {
  const { runTraining } = await import("../train/run-training.js");
  const { DEFAULT_ARCHITECTURE } = await import("../train/plan.js");
  const { PoolProcess } = await import("../train/pool-process.js");
  const signal = AbortSignal.any([stopSignal(), parentGone()]);
  const progress = trainProgress(systemClock);
  const { data, work, poolSize, seed, splitSeed, from, threads, note, sampling } = options;
  const name = options.name ?? options.architecture ?? DEFAULT_ARCHITECTURE[kind];
  try {
    const outcome = await runTraining(
      {
        kind,
        name,
        data,
        work,
        size: poolSize,
        seed,
        splitSeed,
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
        ...(sampling !== undefined && { sampling }),
      },
      { clock: systemClock, signal, onEvent: progress.event, pool: new PoolProcess(poolArguments(options)) },
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
  // libtensorflow's threads would keep the process.
  if (process.connected) process.disconnect();
}

function wishesOf({ architecture, recipe, loss, minutes, epochs }: Options): PlanWishes {
  return {
    ...(architecture !== undefined && { architecture }),
    ...(recipe !== undefined && { recipe }),
    ...(loss !== undefined && { loss }),
    ...(minutes !== undefined && { length: { minutes } }),
    ...(epochs !== undefined && { length: { epochs } }),
  };
}

async function renderPool(options: PoolOptions): Promise<void> {
  const { renderPools } = await import("../train/render-pools.js");
  const { workFolder } = await import("../train/work-folder.js");
  const { data, poolSize, seed, splitSeed, work, sampling } = options;
  const signal = AbortSignal.any([stopSignal(), parentGone()]);
  const plan = { data, size: poolSize, seed, splitSeed, ...(sampling !== undefined && { sampling }) };
  await renderPools(plan, workFolder(work, ""), signal);
}

/** Aborts when the process at the other end of the channel ends, however it ends. */
function parentGone(): AbortSignal {
  const controller = new AbortController();
  process.once("disconnect", () => controller.abort());
  return controller.signal;
}

function poolArguments({ data, work, poolSize, seed, splitSeed, sampling }: PoolOptions): string[] {
  const numbers = ["--pool-size", poolSize, "--seed", seed, "--split-seed", splitSeed].map(String);
  if (sampling !== undefined) numbers.push("--sampling", String(sampling));
  return ["train", "pool", "--data", data, "--work", work, ...numbers];
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

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("a number above 0");
  return value;
}

function natural(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("a whole number, 0 or more");
  return value;
}

function whole(text: string): number {
  const value = natural(text);
  if (value === 0) throw new InvalidArgumentError("a whole number above 0");
  return value;
}
