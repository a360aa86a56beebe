import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { configForOneShot } from "../../../config/defaults.js";
import { openOnnxEngine } from "../../../engines/onnx.js";
import { judgingOf } from "../../../focus/classifier.js";
import { type InstalledModel, WEIGHTS_FILE } from "../../../models/registry.js";
import { readHead } from "../../../train/adapt/head.js";
import { loadHeadNetwork } from "../../../train/adapt/head-network.js";
import { judgeFields, type Microscope } from "../../../train/adapt/judge-fields.js";
import { type Score, scoreOf } from "../../../train/adapt/score.js";
import type { Field } from "../../../train/dataset/fields.js";

/**
 * How a classifier does on fields as they are and put out of focus by computation: with the same seed, on the very frames on which `adaptToLab`
 * measures. One that was fitted to some of them is flattered.
 */
export async function scoreClassifier(
  { directory, card }: InstalledModel,
  fields: readonly Field[],
  microscope: Microscope,
  seed: number,
): Promise<Score> {
  const weights = await readFile(join(directory, WEIGHTS_FILE));
  const { verdict: thresholds } = configForOneShot({ state: ".", out: "." });
  const engine = await openOnnxEngine();
  try {
    const network = await loadHeadNetwork(engine, weights, readHead(weights));
    const judged = await judgeFields(fields, network, { thresholds, ...judgingOf(card) }, microscope, seed);
    return scoreOf(
      judged,
      () =>
        ({ logit }) =>
          logit,
      thresholds,
    );
  } finally {
    await engine.dispose();
  }
}
