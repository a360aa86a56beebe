import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";

/** The tfjs namespace. Only types come from here: the package is loaded by `loadTensorflow` or by whoever trains or tests. */
export type Tensorflow = typeof import("@tensorflow/tfjs");
export type LayersModel = import("@tensorflow/tfjs").LayersModel;

export interface TensorflowBinding {
  readonly tf: Tensorflow;
  /** TensorFlow's own version, such as 2.21.0. */
  readonly version: string;
  readonly device: "cpu" | "gpu";
}

export interface TensorflowOptions {
  /** Threads inside an operation; the first load in a process decides. Default: all cores. */
  readonly threads?: number;
}

export const SETUP_TENSORFLOW = "scripts/setup-tensorflow (with --gpu for an NVIDIA GPU)";

/**
 * Loads tfjs on the native TensorFlow that `scripts/setup-tensorflow` installed: about a second and 0.4 GB.
 * @throws RF_ENGINE_MISSING with the command that installs it.
 */
export function loadTensorflow(options: TensorflowOptions = {}): TensorflowBinding {
  const require = createRequire(import.meta.url);
  // TensorFlow reads these when it is loaded. It logs to stderr past our logger, so only errors; and by default it takes
  // all of a GPU's memory, which leaves none for a second worker.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  if (options.threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS ??= String(options.threads);
  // tfjs-node 4.22 calls these two (in concat and topk, among others): Node 22 warns at each call, Node 23 removed the first.
  const util = require("node:util") as { isNullOrUndefined: unknown; isArray: unknown };
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
  try {
    // require, not import: the package re-exports tfjs in a way that only CommonJS sees in full.
    const tf = require("@tensorflow/tfjs-node-gpu") as Tensorflow;
    const backend = tf.backend() as unknown as { binding: { TF_Version: string }; isUsingGpuDevice: boolean };
    return { tf, version: backend.binding.TF_Version, device: backend.isUsingGpuDevice ? "gpu" : "cpu" };
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    throw new RefocusdError("RF_ENGINE_MISSING", `tensorflow does not load; run ${SETUP_TENSORFLOW}: ${why}`, {
      cause: error,
    });
  }
}

/** Whether `scripts/setup-tensorflow` was run here: looks, loads nothing. */
export function tensorflowInstalled(): boolean {
  try {
    const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-node-gpu");
    return existsSync(join(dirname(entry), "..", "lib"));
  } catch {
    return false;
  }
}
