import type { InferenceSession, Tensor } from "onnxruntime-node";
import { RefocusdError } from "../errors/refocusd-error.js";
import { checkInput } from "./check-input.js";
import type { Engine, LoadedNetwork, NetworkInput, NetworkOutput } from "./engine.js";
import { probeModel } from "./onnx-file/probe-model.js";
import { readModelFile } from "./read-model-file.js";

export type OnnxProvider = "cpu" | "cuda" | "webgpu";

export interface OnnxOptions {
  readonly provider?: OnnxProvider;
  /** Threads inside an operation. Default: one per physical core. */
  readonly threads?: number;
}

type OnnxRuntime = typeof import("onnxruntime-node");

/**
 * ONNX Runtime. Its CPU and WebGPU providers are in the npm package, CUDA's is not.
 * @throws RF_ENGINE_MISSING when the package or the provider does not work here.
 */
export async function openOnnxEngine(options: OnnxOptions = {}): Promise<Engine> {
  const provider = options.provider ?? "cpu";
  const ort = await importOnnxRuntime();
  const sessionOptions: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: "all",
    executionMode: "sequential",
    // Sizes differ from frame to frame; and planning all memory at once took 880 MB for a 1632×1632 frame of resunet-lite, 580
    // without, at the same speed.
    enableMemPattern: false,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
  };
  if (provider !== "cpu") await tryProvider(ort, provider, sessionOptions);
  const networks = new Set<LoadedNetwork>();

  return {
    name: "onnx",
    version: ort.env.versions.node ?? "unknown",
    device: provider,
    async load(modelDirectory) {
      const bytes = await readModelFile(modelDirectory);
      const session = await createSession(ort, bytes, modelDirectory, sessionOptions);
      const network = loadedNetwork(ort, session, () => networks.delete(network));
      networks.add(network);
      return network;
    },
    async dispose() {
      for (const network of [...networks]) await network.dispose();
    },
  };
}

async function importOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    const ort = await import("onnxruntime-node");
    // Errors come as exceptions as well, and would otherwise also go to stderr, past our logger.
    ort.env.logLevel = "fatal";
    return ort;
  } catch (error) {
    throw new RefocusdError("RF_ENGINE_MISSING", `onnxruntime-node does not load; run npm ci: ${firstLine(error)}`, {
      cause: error,
    });
  }
}

/** A provider that is listed may still lack its libraries or its device; only running something tells. */
async function tryProvider(
  ort: OnnxRuntime,
  provider: Exclude<OnnxProvider, "cpu">,
  options: InferenceSession.SessionOptions,
): Promise<void> {
  try {
    const session = await ort.InferenceSession.create(probeModel(), options);
    await session.run({ input: new ort.Tensor("float32", new Float32Array(16), [1, 1, 4, 4]) });
    await session.release();
  } catch (error) {
    const todo =
      provider === "cuda"
        ? "npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12, with CUDA 12 and cuDNN 9 installed"
        : "use the cpu provider: this machine offers no adapter to WebGPU";
    throw new RefocusdError("RF_ENGINE_MISSING", `onnx on ${provider} does not work; ${todo}: ${firstLine(error)}`, {
      cause: error,
    });
  }
}

async function createSession(
  ort: OnnxRuntime,
  bytes: Buffer,
  modelDirectory: string,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    const session = await ort.InferenceSession.create(bytes, options);
    if (session.inputNames.length === 1 && session.outputNames.length === 1) return session;
    await session.release();
  } catch (error) {
    throw new RefocusdError("RF_MODEL_INVALID", `${modelDirectory}: ${firstLine(error)}`, { cause: error });
  }
  throw new RefocusdError("RF_MODEL_INVALID", `${modelDirectory}: not one input and one output`);
}

function loadedNetwork(ort: OnnxRuntime, session: InferenceSession, onDispose: () => void): LoadedNetwork {
  const inputName = session.inputNames[0]!;
  const outputName = session.outputNames[0]!;
  let disposed: Promise<void> | undefined;

  return {
    side: sideOf(session),
    async run(batch: NetworkInput): Promise<NetworkOutput> {
      checkInput(batch);
      try {
        const results = await session.run({ [inputName]: new ort.Tensor("float32", batch.data, batch.shape) });
        const output = results[outputName] as Tensor;
        return { data: (await output.getData(true)) as Float32Array, shape: output.dims };
      } catch (error) {
        throw new RefocusdError("RF_ENGINE_FAILED", `onnx: ${firstLine(error)}`, { cause: error });
      }
    },
    dispose() {
      onDispose();
      disposed ??= session.release();
      return disposed;
    },
  };
}

/** Of [n, side, side, channels]; open sides go by a name. */
function sideOf(session: InferenceSession): number | undefined {
  const input = session.inputMetadata[0];
  const [, height, width] = input?.isTensor ? input.shape : [];
  return typeof height === "number" && height === width ? height : undefined;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!;
}
