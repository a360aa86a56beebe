import { RefocusdError } from "../errors/refocusd-error.js";
import { checkInput } from "./check-input.js";
import type { Engine, LoadedNetwork, NetworkInput, NetworkOutput } from "./engine.js";
import { layersModelFromOnnx } from "./onnx-file/layers-model.js";
import { readModelFile } from "./read-model-file.js";
import { type LayersModel, loadTensorflow, type Tensorflow, type TensorflowOptions } from "./tensorflow-binding.js";

/**
 * TensorFlow, on the GPU if it sees one.
 * @throws RF_ENGINE_MISSING when `scripts/setup-tensorflow` was not run or its result does not load.
 */
export async function openTensorflowEngine(options: TensorflowOptions = {}): Promise<Engine> {
  const { tf, version, device } = loadTensorflow(options);
  await tf.ready();
  const networks = new Set<LoadedNetwork>();

  return {
    name: "tensorflow",
    version,
    device,
    async load(modelDirectory) {
      const model = await layersModelFromOnnx(tf, await readModelFile(modelDirectory));
      const network = loadedNetwork(tf, model, () => networks.delete(network));
      networks.add(network);
      return network;
    },
    async dispose() {
      for (const network of [...networks]) await network.dispose();
    },
  };
}

function loadedNetwork(tf: Tensorflow, model: LayersModel, onDispose: () => void): LoadedNetwork {
  let disposed = false;
  const [, height, width] = model.inputs[0]?.shape ?? [];

  return {
    side: typeof height === "number" && height === width ? height : undefined,
    async run(batch: NetworkInput): Promise<NetworkOutput> {
      checkInput(batch);
      if (disposed) throw new RefocusdError("RF_ENGINE_FAILED", "tensorflow: the network was disposed of");
      try {
        const output = tf.tidy(() => {
          const [n, height, width, channels] = batch.shape;
          const input = tf.tensor4d(batch.data, [n, height, width, channels]);
          const result = model.predict(input, { batchSize: n });
          if (Array.isArray(result)) throw new Error("the network has several outputs");
          return result;
        });
        const data = (await output.data()) as Float32Array;
        const shape = output.shape;
        output.dispose();
        return { data, shape };
      } catch (error) {
        throw new RefocusdError("RF_ENGINE_FAILED", `tensorflow: ${(error as Error).message}`, { cause: error });
      }
    },
    async dispose() {
      onDispose();
      if (!disposed) model.dispose();
      disposed = true;
    },
  };
}
