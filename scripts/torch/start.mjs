// Writes a checkpoint with random weights, for train.py to begin with where a first session of `refocusd train` would take too long:
// node scripts/torch/start.mjs <architecture> <work folder> [loss]. Needs a build and scripts/setup-tensorflow.
import { join } from "node:path";
import { loadTensorflow } from "../../dist/engines/tensorflow-binding.js";
import { architectureOf } from "../../dist/train/architectures/index.js";
import { saveCheckpoint } from "../../dist/train/loop/checkpoint.js";

const [architecture, work, loss] = process.argv.slice(2);
if (!architecture || !work) throw new Error("usage: start.mjs <architecture> <work folder> [loss]");
const { tf } = loadTensorflow();
const weights = architectureOf(architecture)
  .build(tf)
  .weights.map((weight) => {
    const tensor = weight.read();
    return { name: weight.originalName, shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
  });
await saveCheckpoint(join(work, architecture), {
  ...{ architecture, choices: { recipe: "ours", ...(loss && { loss }) }, seed: 1, step: 0, elapsedMs: 0, history: [] },
  ...{ weights, average: weights, optimiser: [] },
});
