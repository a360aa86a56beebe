import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, type LoadedNetwork, MODEL_FILE } from "../../engines/engine.js";
import { cutBefore } from "../../engines/onnx-file/cut-graph.js";
import { probability, UNCHANGED } from "./fit-logit.js";
import { FEATURES, FEATURES_OF, type Head, hiddenOf, logitOf } from "./head.js";

/** A classifier whose last layers are computed here, so that what they are given can be kept. */
export interface HeadNetwork {
  readonly head: Head;
  /** As the whole network; tells the features of each tile that it runs, in order. */
  watched(onFeatures: (features: Float32Array) => void): LoadedNetwork;
}

/** @throws RF_MODEL_INVALID for a network that is not SDCNN as it comes, engine errors */
export async function loadHeadNetwork(engine: Engine, onnx: Uint8Array, head: Head): Promise<HeadNetwork> {
  const folder = await mkdtemp(join(tmpdir(), "refocusd-features-"));
  try {
    await writeFile(join(folder, MODEL_FILE), cutBefore(onnx, FEATURES_OF, FEATURES));
    return headNetwork(await engine.load(folder), head);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param pooled [n, 134, 134, 3] → [n, 256] */
export function headNetwork(pooled: LoadedNetwork, head: Head): HeadNetwork {
  return {
    head,
    watched: (onFeatures) => ({
      async run(batch) {
        const { data } = await pooled.run(batch);
        const [n] = batch.shape;
        const answer = new Float32Array(2 * n);
        for (let t = 0; t < n; t++) {
          const features = data.slice(t * FEATURES, (t + 1) * FEATURES);
          const p = probability(logitOf(head, hiddenOf(head, features)), UNCHANGED);
          answer.set([1 - p, p], 2 * t);
          onFeatures(features);
        }
        return { data: answer, shape: [n, 2] };
      },
      dispose: () => pooled.dispose(),
    }),
  };
}
