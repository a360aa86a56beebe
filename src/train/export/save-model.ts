import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LayersModel, Tensor } from "@tensorflow/tfjs";
import { type LoadedNetwork, MODEL_FILE } from "../../engines/engine.js";
import { openOnnxEngine } from "../../engines/onnx.js";
import { RefocusdError } from "../../errors/refocusd-error.js";
import type { ModelCard } from "../../models/card.js";
import { recordSelfTest, selfTestInput } from "../../models/self-test.js";
import { writeModel } from "../../models/write-model.js";
import type { Tf } from "../tfjs.js";
import { exportOnnx } from "./export-onnx.js";

export interface SavedModel {
  readonly directory: string;
  /** The largest difference between tfjs and ONNX Runtime on the self-test's input. */
  readonly maxDifference: number;
}

type Shape = readonly [number, number, number, number];
// Of outputs of order 1. Both add up the same 32-bit products in another order.
const MAX_DIFFERENCE = 1e-3;
const SEED = 1;

/**
 * Exports a trained model, holds ONNX Runtime's answer against tfjs', notes the answer as the card's self-test and writes the
 * folder `models/<card.name>`.
 * @param shape of the self-test's batch, `[n, height, width, channels]`.
 * @throws RF_MODEL_INVALID when the model cannot be exported, or the two do not agree: then nothing is written.
 */
export async function saveModel(
  tf: Tf,
  model: LayersModel,
  models: string,
  card: Omit<ModelCard, "sha256" | "selfTest">,
  shape: Shape,
): Promise<SavedModel> {
  const onnx = exportOnnx(model, {
    name: card.name,
    version: card.version,
    recipe: card.recipe,
    metadata: { architecture: card.architecture.name, kind: card.kind },
  });
  return withNetwork(onnx, async (network) => {
    const maxDifference = await disparity(tf, model, network, shape);
    if (!(maxDifference < MAX_DIFFERENCE)) {
      throw new RefocusdError("RF_MODEL_INVALID", `ONNX Runtime and tfjs differ by ${maxDifference} in ${card.name}`);
    }
    const selfTest = await recordSelfTest(network, shape, SEED);
    return { directory: await writeModel(models, { ...card, selfTest }, onnx), maxDifference };
  });
}

async function withNetwork<T>(onnx: Uint8Array, use: (network: LoadedNetwork) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "refocusd-export-"));
  const engine = await openOnnxEngine();
  try {
    await writeFile(join(folder, MODEL_FILE), onnx);
    return await use(await engine.load(folder));
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true });
  }
}

async function disparity(tf: Tf, model: LayersModel, network: LoadedNetwork, shape: Shape): Promise<number> {
  const data = selfTestInput(SEED, shape);
  const expected = tf.tidy(() => model.predict(tf.tensor4d(data, [...shape])) as Tensor);
  const [values, output] = [await expected.data(), await network.run({ data, shape })];
  expected.dispose();
  if (values.length !== output.data.length) return Number.POSITIVE_INFINITY;
  return output.data.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i]!)), 0);
}
