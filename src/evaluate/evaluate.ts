import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { basename, join, resolve } from "node:path";
import type { LoadedNetwork } from "../engines/engine.js";
import { openOnnxEngine } from "../engines/onnx.js";
import { loadClassifier } from "../focus/classifier.js";
import type { ModelKind } from "../models/card.js";
import { findModel, type InstalledModel } from "../models/registry.js";
import { loadReconstructor } from "../restore/reconstructor.js";
import type { Clock } from "../system/clock.js";
import { type Field, listFields } from "../train/dataset/fields.js";
import { heldOutFields } from "./choose-fields.js";
import { evaluationPage } from "./page/page.js";
import { makeReport, type Report } from "./report.js";
import { runEvaluation } from "./run-evaluation.js";
import { sixDigits } from "./six-digits.js";

export interface EvaluateOptions {
  readonly data: string;
  readonly models: string;
  /** The first tells how far out of focus frames are; the others judge beside it. */
  readonly classifiers: readonly [string, ...string[]];
  readonly reconstructors: readonly string[];
  /** Name of the model whose held-out fields are taken; left out: all. */
  readonly validationOf?: string;
  readonly frames: number;
  readonly seed: number;
  readonly na: number;
  readonly pixelUm: number;
  readonly out: string;
  readonly command: string;
}

export interface Evaluated {
  readonly report: Report;
  readonly json: string;
  readonly html: string;
}

const DECONVOLVED = 12;
const MOSAICS = 2;

/**
 * Measures the networks on a folder of focused frames, put out of focus by computation, and writes evaluate.json and evaluate.html.
 * @throws RF_TRAINING_DATA, RF_MODEL_MISSING, RF_MODEL_INVALID
 */
export async function evaluate(
  options: EvaluateOptions,
  clock: Clock,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Evaluated> {
  const { models, na, pixelUm, seed, frames } = options;
  const fields = await chosenFields(options);
  const [first, ...more] = options.classifiers;
  const classifier = await findModel(models, first, "classifier");
  const others = await findModels(models, more, "classifier");
  const reconstructors = await findModels(models, options.reconstructors, "reconstructor");
  const engine = await openOnnxEngine();
  const opened: LoadedNetwork[] = [];
  const opening = <T extends LoadedNetwork>(network: T) => {
    opened.push(network);
    return network;
  };
  try {
    const judging = async (model: InstalledModel) => {
      const judge = await loadClassifier(engine, model);
      opening(judge.network);
      return { ...judge, name: model.card.name };
    };
    const judge = await judging(classifier);
    const beside = [];
    for (const model of others) beside.push(await judging(model));
    const restorers = [];
    for (const model of reconstructors)
      restorers.push({ name: model.card.name, network: opening(await loadReconstructor(engine, model)) });
    const plan = { fields, na, pixelUm, frames, deconvolved: DECONVOLVED, mosaics: MOSAICS, seed };
    const networks = { classifier: judge, others: beside, reconstructors: restorers };
    const evaluation = await runEvaluation(plan, networks, clock, onProgress);
    const used = ({ card: { name, version, sha256 } }: InstalledModel) => ({ name, version, sha256 });
    const facts = {
      date: new Date(clock.now()).toISOString().slice(0, 10),
      command: options.command,
      data: basename(resolve(options.data)),
      na,
      pixelUm,
      seed,
      heldOut: options.validationOf ?? null,
      classifier: used(classifier),
      others: others.map(used),
      reconstructors: reconstructors.map(used),
      engine: `${engine.name} ${engine.version} (${engine.device})`,
      processor: `${cpus()[0]?.model.trim() || "an unknown processor"}, ${cpus().length} threads`,
    };
    const report = makeReport(facts, evaluation);
    const [json, html] = [join(options.out, "evaluate.json"), join(options.out, "evaluate.html")];
    await mkdir(options.out, { recursive: true });
    await writeFile(json, `${JSON.stringify(report, sixDigits, 1)}\n`);
    await writeFile(html, await evaluationPage(report, evaluation));
    return { report, json, html };
  } finally {
    for (const network of opened) await network.dispose();
    await engine.dispose();
  }
}

async function findModels(models: string, names: readonly string[], kind: ModelKind): Promise<InstalledModel[]> {
  const found: InstalledModel[] = [];
  for (const name of names) found.push(await findModel(models, name, kind));
  return found;
}

async function chosenFields({ data, models, validationOf }: EvaluateOptions): Promise<readonly Field[]> {
  const fields = await listFields(data);
  return validationOf === undefined ? fields : heldOutFields((await findModel(models, validationOf)).card, fields);
}
