import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engines/engine.js";
import { type EngineWorld, openEngine } from "../../src/engines/open-engine.js";
import { tensorflowInstalled } from "../../src/engines/tensorflow-binding.js";
import { RefocusdError } from "../../src/errors/refocusd-error.js";

function engine(name: "onnx" | "tensorflow", device: string, disposed: string[] = []): Engine {
  return {
    name,
    device,
    version: "1.2.3",
    load: () => Promise.reject(new Error("not in this test")),
    dispose: async () => void disposed.push(name),
  };
}

function world(parts: Partial<EngineWorld> & { asked?: unknown[]; disposed?: string[] } = {}): EngineWorld {
  return {
    tensorflowInstalled: () => true,
    gpuPresent: () => true,
    openOnnx: async (options) => {
      parts.asked?.push(options);
      return engine("onnx", options?.provider ?? "cpu");
    },
    openTensorflow: async (options) => {
      parts.asked?.push(options);
      return engine("tensorflow", "gpu", parts.disposed);
    },
    ...parts,
  };
}

const missing = () => Promise.reject(new RefocusdError("RF_ENGINE_MISSING", "run scripts/setup-tensorflow"));

describe("openEngine", () => {
  it("auto takes tensorflow where it is installed and sees a GPU", async () => {
    expect(await openEngine({ kind: "auto" }, undefined, world())).toMatchObject({ name: "tensorflow", device: "gpu" });
  });

  it.each([
    { what: "it is not installed", parts: { tensorflowInstalled: () => false } },
    { what: "there is no GPU", parts: { gpuPresent: () => false } },
  ])("auto takes onnx without loading tensorflow when $what", async ({ parts }) => {
    const notes: string[] = [];
    const openTensorflow = () => Promise.reject(new Error("must not be opened"));
    const opened = await openEngine({ kind: "auto" }, (n) => notes.push(n), world({ ...parts, openTensorflow }));
    expect(opened.name).toBe("onnx");
    expect(notes).toEqual([]);
  });

  it("auto takes onnx and says why when tensorflow does not load", async () => {
    const notes: string[] = [];
    const opened = await openEngine({ kind: "auto" }, (n) => notes.push(n), world({ openTensorflow: missing }));
    expect(opened.name).toBe("onnx");
    expect(notes.join()).toContain("scripts/setup-tensorflow");
  });

  it("auto takes onnx, says why and lets tensorflow go when it does not see the GPU", async () => {
    const notes: string[] = [];
    const disposed: string[] = [];
    const openTensorflow = async () => engine("tensorflow", "cpu", disposed);
    const opened = await openEngine({ kind: "auto" }, (n) => notes.push(n), world({ openTensorflow }));
    expect(opened.name).toBe("onnx");
    expect(notes.join()).toContain("--gpu");
    expect(disposed).toEqual(["tensorflow"]);
  });

  it("tensorflow asked for by name runs on a CPU too, and its absence is an error with the command", async () => {
    const openTensorflow = async () => engine("tensorflow", "cpu");
    expect(await openEngine({ kind: "tensorflow" }, undefined, world({ openTensorflow }))).toMatchObject({
      device: "cpu",
    });
    await expect(
      openEngine({ kind: "tensorflow" }, undefined, world({ openTensorflow: missing })),
    ).rejects.toMatchObject({
      code: "RF_ENGINE_MISSING",
      message: expect.stringContaining("scripts/setup-tensorflow"),
    });
  });

  it("hands on provider and threads, and leaves threads open for auto", async () => {
    const asked: unknown[] = [];
    await openEngine({ kind: "onnx", provider: "webgpu", threads: 3 }, undefined, world({ asked }));
    await openEngine({ kind: "onnx", provider: "cpu", threads: "auto" }, undefined, world({ asked }));
    await openEngine({ kind: "tensorflow", threads: 2 }, undefined, world({ asked }));
    expect(asked).toEqual([{ provider: "webgpu", threads: 3 }, { provider: "cpu" }, { threads: 2 }]);
  });
});

describe.skipIf(tensorflowInstalled())("without scripts/setup-tensorflow", () => {
  it("the tensorflow engine is an error that names it, and auto is onnx", async () => {
    await expect(openEngine({ kind: "tensorflow" })).rejects.toMatchObject({
      code: "RF_ENGINE_MISSING",
      message: expect.stringContaining("scripts/setup-tensorflow"),
    });
    expect((await openEngine({ kind: "auto" })).name).toBe("onnx");
  });
});
