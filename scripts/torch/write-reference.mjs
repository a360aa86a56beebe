// What the networks of src/train/architectures answer to a random image with random weights, for compare.py. Needs a build and
// scripts/setup-tensorflow: node scripts/torch/write-reference.mjs <folder>
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadTensorflow } from "../../dist/engines/tensorflow-binding.js";
import { selfTestInput } from "../../dist/models/self-test.js";
import { architectureNames, architectureOf } from "../../dist/train/architectures/index.js";
import { saveCheckpoint } from "../../dist/train/loop/checkpoint.js";

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: write-reference.mjs <folder>");
const { tf } = loadTensorflow();
for (const name of architectureNames()) {
  const { build, selfTestShape } = architectureOf(name);
  const model = build(tf);
  // Biases, scales and statistics start at 0 and 1, where an exchange would not show.
  model.setWeights(
    model.weights.map((weight) => {
      const value = weight.read();
      if (/kernel$/.test(weight.originalName)) return value;
      return value.add(tf.randomUniform(value.shape, 0, 0.3));
    }),
  );
  const weights = model.weights.map((weight) => {
    const tensor = weight.read();
    return { name: weight.originalName, shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
  });
  const shape = [1, ...selfTestShape.slice(1)];
  const input = selfTestInput(2, shape);
  const output = tf.tidy(() => model.predict(tf.tensor4d(input, shape)));
  await saveCheckpoint(join(folder, name), {
    ...{ architecture: name, seed: 0, step: 0, elapsedMs: 0, history: [] },
    ...{ weights, average: weights, optimiser: [] },
  });
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "input.json"), JSON.stringify(shape));
  writeFileSync(join(folder, name, "input.f32"), new Uint8Array(input.buffer));
  writeFileSync(join(folder, name, "output.f32"), new Uint8Array(Float32Array.from(output.dataSync()).buffer));
  model.dispose();
}
