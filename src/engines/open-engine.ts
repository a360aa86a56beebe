import { existsSync } from "node:fs";
import { asRefocusdError } from "../errors/refocusd-error.js";
import type { Engine } from "./engine.js";
import { type OnnxProvider, openOnnxEngine } from "./onnx.js";
import { openTensorflowEngine } from "./tensorflow.js";
import { tensorflowInstalled } from "./tensorflow-binding.js";

export interface EngineChoice {
  readonly kind: "auto" | "onnx" | "tensorflow";
  /** For the onnx engine. */
  readonly provider?: OnnxProvider;
  /** Threads inside an operation; "auto" leaves it to the engine: all cores. */
  readonly threads?: "auto" | number;
}

/** What `openEngine` looks at and opens, replaced in tests. */
export interface EngineWorld {
  tensorflowInstalled(): boolean;
  gpuPresent(): boolean;
  openOnnx: typeof openOnnxEngine;
  openTensorflow: typeof openTensorflowEngine;
}

const realWorld: EngineWorld = {
  tensorflowInstalled,
  // NVIDIA's driver on Linux, and on Windows' Linux. Cheap, where loading TensorFlow to ask costs a second and 0.4 GB.
  gpuPresent: () => existsSync("/dev/nvidia0") || existsSync("/dev/dxg"),
  openOnnx: openOnnxEngine,
  openTensorflow: openTensorflowEngine,
};

/**
 * Opens the engine that the configuration asks for. `auto` takes tensorflow where it is installed, loads and sees a GPU; else onnx.
 * @param note hears why `auto` did not take tensorflow although a GPU is there.
 * @throws RF_ENGINE_MISSING, with the command that installs it.
 */
export async function openEngine(
  choice: EngineChoice,
  note: (text: string) => void = () => {},
  world: EngineWorld = realWorld,
): Promise<Engine> {
  const threads = typeof choice.threads === "number" ? { threads: choice.threads } : {};
  const onnx = () => world.openOnnx({ ...threads, ...(choice.provider ? { provider: choice.provider } : {}) });

  switch (choice.kind) {
    case "onnx":
      return onnx();
    case "tensorflow":
      return world.openTensorflow(threads);
    case "auto": {
      if (!world.tensorflowInstalled() || !world.gpuPresent()) return onnx();
      try {
        const engine = await world.openTensorflow(threads);
        if (engine.device === "gpu") return engine;
        await engine.dispose();
        note("there is a GPU but TensorFlow does not see it: scripts/setup-tensorflow --gpu");
      } catch (error) {
        note(asRefocusdError(error).message);
      }
      return onnx();
    }
  }
}
