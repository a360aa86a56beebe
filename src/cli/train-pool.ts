import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import type { LabPoolPlan } from "../train/adapt/lab-pool.js";
import type { PoolPlan } from "../train/render-pools.js";
import { exitWith } from "./exit.js";
import { natural, positive, whole } from "./train-numbers.js";
import { stopOrParentGone } from "./training-process.js";

/** Options that every command has which renders pools. */
export interface PoolOptions {
  readonly data: string;
  readonly work: string;
  readonly poolSize: number;
  readonly seed: number;
  readonly splitSeed: number;
  readonly sampling?: number;
}

interface HiddenOptions extends PoolOptions {
  /** From 1. */
  readonly fold?: number;
  readonly folds?: number;
  readonly mostFields?: number;
  readonly compared?: boolean;
}

export function addPoolCommand(train: Command): void {
  withPoolOptions(train.command("pool", { hidden: true }), "training")
    .description("render a training's pools until the process that started this one is gone")
    .option("--fold <n>", "hold out this fold", whole)
    .option("--folds <n>", "of so many", whole)
    .option("--most-fields <n>", "learn from so many fields at most", whole)
    .option("--compared", "for a training that is compared with others")
    .action((options: HiddenOptions) => renderPool(options).catch(exitWith));
  train
    .command("lab-pool", { hidden: true })
    .description("render the pool of an adaptation, unless the process that started this one is gone")
    .requiredOption("--plan <file>", "what to render, as JSON")
    .action((options: { readonly plan: string }) => renderLab(options.plan).catch(exitWith));
}

async function renderLab(file: string): Promise<void> {
  const { renderLabPool } = await import("../train/adapt/lab-pool.js");
  await renderLabPool(JSON.parse(await readFile(file, "utf8")) as LabPoolPlan, stopOrParentGone());
}

/** The command line that renders an adaptation's pool. */
export function labPoolArguments(planFile: string): string[] {
  return ["train", "lab-pool", "--plan", planFile];
}

/** @param work default of --work */
export function withPoolOptions(command: Command, work: string): Command {
  return command
    .requiredOption(
      "--data <folder>",
      "focused frames; a positions.csv with file,overlap_group keeps overlapping fields together",
    )
    .option("--work <folder>", "pool of rendered items and checkpoints; both networks can share it", work)
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

async function renderPool(options: HiddenOptions): Promise<void> {
  const { renderPools } = await import("../train/render-pools.js");
  const { workFolder } = await import("../train/work-folder.js");
  const { data, poolSize, seed, splitSeed, work, sampling, fold, folds, mostFields, compared } = options;
  const plan: PoolPlan = {
    data,
    size: poolSize,
    seed,
    splitSeed,
    ...(sampling !== undefined && { sampling }),
    ...(fold !== undefined && folds !== undefined && { fold: { index: fold - 1, count: folds } }),
    ...(mostFields !== undefined && { mostFields }),
    ...(compared !== undefined && { compared }),
  };
  await renderPools(plan, workFolder(work, ""), stopOrParentGone());
}

/** The command line that renders a plan's pools. */
export function poolArguments(plan: PoolPlan, work: string): string[] {
  const { data, size, seed, splitSeed, sampling, fold, mostFields, compared } = plan;
  const numbers = ["--pool-size", size, "--seed", seed, "--split-seed", splitSeed];
  if (sampling !== undefined) numbers.push("--sampling", sampling);
  if (fold !== undefined) numbers.push("--fold", fold.index + 1, "--folds", fold.count);
  if (mostFields !== undefined) numbers.push("--most-fields", mostFields);
  return ["train", "pool", "--data", data, "--work", work, ...numbers.map(String), ...(compared ? ["--compared"] : [])];
}
