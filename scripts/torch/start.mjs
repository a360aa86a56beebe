// Writes a checkpoint with random weights, or with those of a model of that architecture, for train.py to begin with where a first session of
// `refocusd train` would take too long: node scripts/torch/start.mjs <architecture> <work folder> [--loss <name>] [--from <model folder>] [--name <name>].
// Needs a build and scripts/setup-tensorflow.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadTensorflow } from "../../dist/engines/tensorflow-binding.js";
import { architectureOf } from "../../dist/train/architectures/index.js";
import { saveCheckpoint } from "../../dist/train/loop/checkpoint.js";
import { weightsFor } from "../../dist/train/weights.js";

const text = { type: "string" };
const { values, positionals } = parseArgs({ options: { loss: text, from: text, name: text }, allowPositionals: true });
const [architecture, work] = positionals;
const { loss, from, name = architecture } = values;
if (!architecture || !work) {
  throw new Error(
    "usage: start.mjs <architecture> <work folder> [--loss <name>] [--from <model folder>] [--name <name>]",
  );
}
const { tf } = loadTensorflow();
const { build } = architectureOf(architecture);
const drawn = () =>
  build(tf).weights.map((weight) => {
    const tensor = weight.read();
    return { name: weight.originalName, shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
  });
const weights = from ? await weightsFor(tf, { architecture, build }, from) : drawn();
await saveCheckpoint(join(work, name), {
  ...{ architecture, choices: { recipe: "ours", ...(loss && { loss }) }, seed: 1, step: 0, elapsedMs: 0, history: [] },
  ...{ weights, average: weights, optimiser: [] },
});
