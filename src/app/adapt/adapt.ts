import { join } from "node:path";
import { configForOneShot } from "../../config/defaults.js";
import { openOnnxEngine } from "../../engines/onnx.js";
import { judgingOf } from "../../focus/classifier.js";
import type { ModelCard } from "../../models/card.js";
import { findModel, foldersOf, type ModelFolders, readPart, WEIGHTS_FILE } from "../../models/registry.js";
import type { Clock } from "../../system/clock.js";
import { type Adaptation, adaptClassifier, type Fitted } from "../../train/adapt/adapt-classifier.js";
import { type AdaptedFacts, adaptedCard } from "../../train/adapt/adapted-card.js";
import { readHead, writeHead } from "../../train/adapt/head.js";
import { loadHeadNetwork } from "../../train/adapt/head-network.js";
import { isOnePlace, placesOf } from "../../train/adapt/hold-out.js";
import { judgeFields, type Microscope } from "../../train/adapt/judge-fields.js";
import { moveLine } from "../../train/adapt/move-line.js";
import { checkFields, type Field } from "../../train/dataset/fields.js";
import { installModel } from "../models.js";
import { adaptedName, hashedFrames } from "./adapt-parts.js";
import { ordinaryFields } from "./ordinary-fields.js";

export interface AdaptRequest {
  readonly fields: readonly Field[];
  /** The classifier to start from, and where it is looked for. */
  readonly model: string;
  readonly models: ModelFolders;
  /** The folder of models that the new one goes into; left out: the first of those. */
  readonly into?: string;
  readonly name?: string | undefined;
  readonly microscope: Microscope;
  readonly seed: number;
  /** For the card: where the fields come from, under which licence, and the command line. */
  readonly source: string;
  readonly licence: string;
  readonly command: string;
}

export interface AdaptReport {
  readonly old: ModelCard;
  readonly adaptation: Adaptation;
  readonly name: string;
  /** The new model's folder; null when nothing was better. */
  readonly installed: string | null;
  readonly seconds: number;
}

/**
 * Adapts a classifier to a laboratory's focused fields and installs the new one, under a name of its own, if it is better. The old one stays.
 * @throws RF_USAGE for a name that is taken, RF_TRAINING_DATA, RF_MODEL_MISSING, RF_ENGINE_MISSING
 */
export async function adaptToLab(
  request: AdaptRequest,
  clock: Clock,
  onField: (done: number, all: number) => void = () => {},
): Promise<AdaptReport> {
  const { models, seed, microscope, source, licence, command } = request;
  const into = request.into ?? foldersOf(models)[0];
  const started = clock.monotonic();
  const date = new Date(clock.now()).toISOString().slice(0, 10);
  const name = adaptedName(request, request.model, request.name, clock.now());
  const fields = placesOf(request.fields);
  await checkFields(fields);
  const { card: old, directory } = await findModel(models, request.model, "classifier");
  const weights = await readPart(join(directory, WEIGHTS_FILE));
  const head = readHead(weights);
  const known = await ordinaryFields();
  const { verdict: thresholds } = configForOneShot({ state: ".", out: "." });
  const engine = await openOnnxEngine();
  try {
    const network = await loadHeadNetwork(engine, weights, head);
    const all = fields.length + known.learnt.length + known.kept.length;
    let done = 0;
    const judge = (some: readonly Field[], known: Microscope) =>
      judgeFields(some, network, { thresholds, ...judgingOf(old) }, known, seed, () => onField(++done, all));
    const own = await judge(fields, microscope);
    // The samples' own microscope is not the laboratory's: it is drawn, as in training.
    const ordinary = { learnt: await judge(known.learnt, {}), kept: await judge(known.kept, {}) };
    const adaptation = adaptClassifier(own, ordinary, head, thresholds, seed);
    let installed: string | null = null;
    if (adaptation.fitted !== null) {
      const frames = await hashedFrames(fields);
      const facts: AdaptedFacts = {
        ...{ name, source, licence, frames, command, seed, date },
        isOnePlace: isOnePlace(request.fields),
      };
      const made = { weights: adapted(weights, adaptation.fitted), card: adaptedCard(old, adaptation, facts) };
      installed = (await installModel({ ...made, models: into, replace: false }, engine, clock)).directory;
    }
    const seconds = Math.round((clock.monotonic() - started) / 1000);
    return { old, adaptation, name, installed, seconds };
  } finally {
    await engine.dispose();
  }
}

/** The weights with what was fitted, and nothing else changed. */
export function adapted(weights: Uint8Array, fitted: Fitted): Uint8Array {
  return fitted.way === "line" ? moveLine(weights, fitted.line) : writeHead(weights, fitted.head);
}
