export type EngineName = "onnx" | "tensorflow";

/** A batch of images, interleaved rows: `data[((n * height + y) * width + x) * channels + c]`. */
export interface NetworkInput {
  readonly data: Float32Array;
  /** `[n, height, width, channels]` */
  readonly shape: readonly [number, number, number, number];
}

/** What a network answers: `[n, height, width, channels]` for images, `[n, classes]` for classifiers. */
export interface NetworkOutput {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** A network that is ready to run. */
export interface LoadedNetwork {
  /** Side of the images that it takes, px, where its file fixes one. */
  readonly side?: number | undefined;
  /** @throws RF_ENGINE_FAILED when the batch cannot be executed: a wrong shape, or no memory left. */
  run(batch: NetworkInput): Promise<NetworkOutput>;
  dispose(): Promise<void>;
}

/** What executes networks. Lives in workers: it loads native code. */
export interface Engine {
  readonly name: EngineName;
  /** The version of ONNX Runtime or of TensorFlow. */
  readonly version: string;
  /** `cpu`, `cuda`, `webgpu` or `gpu`. */
  readonly device: string;
  /**
   * @param modelDirectory a folder that holds `model.onnx`; both engines read their weights from it.
   * @throws RF_MODEL_MISSING, RF_MODEL_INVALID, RF_ENGINE_FAILED
   */
  load(modelDirectory: string): Promise<LoadedNetwork>;
  dispose(): Promise<void>;
}

/** The one file of weights in a model's folder. */
export const MODEL_FILE = "model.onnx";
