import { readFile, rm } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { loadTensorflow } from "../../engines/tensorflow-binding.js";
import { RefocusdError } from "../../errors/refocusd-error.js";
import type { ModelKind } from "../../models/card.js";
import { findModel, sha256 } from "../../models/registry.js";
import { architectureOf } from "../architectures/index.js";
import { checkFields, type Field, listFields } from "../dataset/fields.js";
import { poolItems } from "../dataset/pool.js";
import { hasCheckpoint } from "../loop/checkpoint.js";
import { type PlanWishes, recipeOf, type TrainingPlan, taskOf, trainingPlan } from "../plan.js";
import type { PoolPlan } from "../render-pools.js";
import { runTraining, type TrainingWorld } from "../run-training.js";
import type { Tf } from "../tfjs.js";
import { weightsFor } from "../weights.js";
import { workFolder } from "../work-folder.js";
import { heldOutFigures } from "./held-out-figures.js";
import { type Comparison, type PlannedRun, plannedRuns } from "./planned-runs.js";
import { claimWork, type RequestFacts } from "./request-file.js";
import { loadResult, type RunResult, saveResult } from "./run-result.js";

export interface CrossvalRequest extends Omit<PoolPlan, "fold" | "mostFields" | "compared"> {
  readonly kind: ModelKind;
  readonly wishes: PlanWishes;
  readonly comparison: Comparison;
  /** Folder of a model of the same architecture to start from. */
  readonly from?: string;
  /** Folder of pools, checkpoints, results and models. */
  readonly work: string;
  readonly threads?: number;
  /** For the cards: the command line. */
  readonly command: string;
}

export interface CrossvalWorld extends Omit<TrainingWorld, "pool"> {
  /** Renders the pools of one training into its work folder. */
  readonly poolFor: (plan: PoolPlan, work: string) => TrainingWorld["pool"];
  readonly onRun: (event: RunEvent) => void;
}

export interface RunEvent {
  readonly name: string;
  /** From 1. */
  readonly number: number;
  readonly total: number;
  /** It was finished in an earlier session. */
  readonly isDone: boolean;
}

export type CrossvalOutcome =
  | { readonly kind: "finished"; readonly facts: RequestFacts; readonly results: readonly RunResult[] }
  | { readonly kind: "interrupted"; readonly finished: number; readonly total: number };

/**
 * Trains one network after the other on different fields of a folder and measures each on the fields that it did not see. Runs that
 * are finished in the work folder are taken from it, one that was interrupted goes on.
 *
 * @throws RF_USAGE, RF_TRAINING_DATA, RF_ENGINE_MISSING, RF_MODEL_MISSING, RF_MODEL_INVALID
 */
export async function runCrossval(request: CrossvalRequest, world: CrossvalWorld): Promise<CrossvalOutcome> {
  const plan = trainingPlan(request.kind, request.wishes);
  const from = await startOf(request, plan);
  const fields = await listFields(request.data);
  const runs = plannedRuns(fields, request.comparison, request.splitSeed, from?.name);
  const tf = world.tf ?? loadTensorflow(request.threads === undefined ? {} : { threads: request.threads }).tf;
  await checkFields(fields, (read) => world.onEvent({ kind: "reading", done: read, total: fields.length }));
  const facts = await factsOf(request, plan, from, fields);
  await claimWork(request.work, facts);
  const results: RunResult[] = [];
  for (const [k, run] of runs.entries()) {
    const folder = join(request.work, run.folder);
    const done = await loadResult(folder, run.name);
    world.onRun({ name: run.name, number: k + 1, total: runs.length, isDone: done !== undefined });
    const result = done ?? (await oneRun(request, plan, run, tf, world));
    if (!result) return { kind: "interrupted", finished: k, total: runs.length };
    results.push(result);
    if (k === 0 && request.from !== undefined && request.comparison.kind === "sizes")
      results.unshift(await untrained(request, resolve(request.from), plan, run, tf));
    // A gigabyte and more, which the same seed renders again.
    if (runs[k + 1]?.folder !== run.folder) await rm(workFolder(folder, "").train, { recursive: true, force: true });
  }
  return { kind: "finished", facts, results };
}

/** @returns undefined when the signal came first */
async function oneRun(
  request: CrossvalRequest,
  plan: TrainingPlan,
  { name, folder, choice, split, from }: PlannedRun,
  tf: Tf,
  world: CrossvalWorld,
): Promise<RunResult | undefined> {
  const work = join(request.work, folder);
  const { data, size, seed, sampling } = request;
  const poolPlan: PoolPlan = {
    ...{ data, size, seed, compared: true, ...choice },
    ...(sampling !== undefined && { sampling }),
  };
  const model = `${plan.architecture}-${name}`;
  const places = workFolder(work, model);
  const outcome = await runTraining(
    {
      ...poolPlan,
      kind: request.kind,
      wishes: request.wishes,
      name: model,
      models: join(request.work, "models"),
      work,
      resume: hasCheckpoint(places.checkpoint),
      ...(from !== undefined && request.from !== undefined && { from: request.from }),
      version: "0.0.0",
      source: basename(resolve(data)),
      licence: "not stated",
      command: request.command,
      note: `The training ${name} of a comparison, made to be measured.`,
    },
    { ...world, tf, pool: world.poolFor(poolPlan, work) },
  );
  if (outcome.kind === "interrupted") return undefined;
  const { checkpoint, directory } = outcome;
  const names = (of: readonly Field[]) => of.map((field) => basename(field.path));
  const result: RunResult = {
    name,
    from: from ?? null,
    train: names(split.train),
    heldOut: names(split.validation),
    ...(await heldOutFigures(tf, taskOf(plan), checkpoint, await poolItems(places.validation))),
    seed: checkpoint.seed,
    steps: checkpoint.step,
    minutes: checkpoint.elapsedMs / 60_000,
    epochs: checkpoint.place?.pass ?? null,
    course: checkpoint.history,
    model: relative(request.work, directory),
  };
  await saveResult(work, result);
  return result;
}

/** The curve's first point: the model as it is, on the same held-out items. */
async function untrained(
  { work, seed }: CrossvalRequest,
  directory: string,
  plan: TrainingPlan,
  { folder, split }: PlannedRun,
  tf: Tf,
): Promise<RunResult> {
  const from = basename(directory);
  const name = `0-fields-from-${from}`;
  const done = await loadResult(join(work, folder), name);
  if (done) return done;
  const task = taskOf(plan);
  const items = await poolItems(workFolder(join(work, folder), "").validation);
  const result: RunResult = {
    name,
    from,
    train: [],
    heldOut: split.validation.map((field) => basename(field.path)),
    ...(await heldOutFigures(tf, task, { average: await weightsFor(tf, task, directory) }, items)),
    ...{ seed, steps: 0, minutes: 0, epochs: null, course: [], model: null },
  };
  await saveResult(join(work, folder), result);
  return result;
}

/** Proven before the first training, not after an hour of it. */
async function startOf({ from, kind, comparison }: CrossvalRequest, plan: TrainingPlan) {
  const { startsFromModel } = recipeOf(plan);
  if (startsFromModel && (from === undefined || comparison.kind === "sizes")) {
    const why = from === undefined ? "give --from" : "a data-size curve also trains from random weights";
    throw new RefocusdError("RF_USAGE", `the recipe ${plan.recipe} goes on from a model: ${why}`);
  }
  if (from === undefined) return undefined;
  const { card } = await findModel(dirname(resolve(from)), basename(resolve(from)), kind);
  const fitting = [plan.architecture, architectureOf(plan.architecture).adopts?.from];
  if (!fitting.includes(card.architecture.name)) {
    throw new RefocusdError("RF_USAGE", `${card.name} is a ${card.architecture.name}, not a ${plan.architecture}`);
  }
  return { name: card.name, version: card.version, sha256: card.sha256 };
}

async function factsOf(
  { kind, comparison, seed, splitSeed, size, sampling }: CrossvalRequest,
  plan: TrainingPlan,
  from: RequestFacts["from"] | undefined,
  fields: readonly Field[],
): Promise<RequestFacts> {
  const hashed: RequestFacts["fields"][number][] = [];
  for (const { path, group } of fields)
    hashed.push({ file: basename(path), group, sha256: sha256(await readFile(path)) });
  return {
    kind,
    comparison,
    plan,
    seed,
    splitSeed,
    poolSize: size,
    sampling: sampling ?? null,
    from: from ?? null,
    fields: hashed,
  };
}
