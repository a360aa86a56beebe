import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareMaps, compareResults, differingCircumstances } from "../../../src/app/reproduce/compare.js";
import { compareFrames, comparePixels } from "../../../src/app/reproduce/compare-pixels.js";
import { engineOf, jobFor } from "../../../src/app/reproduce/run-again.js";
import type { Frame } from "../../../src/frames/frame.js";
import { encodeTiff } from "../../../src/frames/tiff-writer.js";
import type { FrameStory } from "../../../src/ledger/story.js";
import type { DistanceFacts, FrameResult, Machine } from "../../../src/ledger/types.js";
import {
  defocusedResult,
  frameResult,
  openTestLedger,
  ROOT,
  settledSource,
  sha,
  temporaryFolder,
} from "../../ledger/support.js";

const machine: Machine = { node: "v20.19.0", platform: "linux x64", cpu: "a processor" };
const normalisation = { offset: 0, scale: 1, largest: 65_535, channels: [{ mean: 1703.1 / 3, sd: 1 / 3 }] };
const distance = { dof: 6.3 / 3, low: 1 / 3, high: 8 / 3 };
const settings = { reconstruct: "defocused", maxPixels: 1e6, threads: 2, configSha256: sha("f") } as const;
const stat = { size: 1, mtimeMs: 1, ctimeMs: 1 };

function recorded(result: FrameResult): FrameStory {
  const ledger = openTestLedger();
  ledger.startRun({ version: "1.0.0", configSha256: sha("f"), host: "h", engine: null, machine });
  ledger.settled(ROOT, settledSource(`${ROOT}/a.tif`), undefined);
  ledger.finished(ledger.takeReady(3e6, 1)[0]!.id, result, 3e6);
  return ledger.frameStory(1)!;
}

describe("compareResults", () => {
  it("finds everything the same after the way through the ledger, to the last digit", () => {
    const result = frameResult({
      pDefocused: 0.1 + 0.2,
      focusMap: [[Math.fround(0.1), 1 / 3]],
      normalisation,
      pSpectrum: 0.7 / 3,
      distance,
    });
    expect(compareResults(recorded(result), result)).toEqual({
      verdict: { same: true, recorded: "focused", found: "focused" },
      pDefocused: { same: true, recorded: 0.1 + 0.2, found: 0.1 + 0.2 },
      pSpectrum: { same: true, recorded: 0.7 / 3, found: 0.7 / 3 },
      distance: { same: true, recorded: distance, found: distance },
      tiles: { same: true, count: 2, maxDifference: 0 },
      normalisation: { same: true },
    });
  });

  it("tells of another bound, and of a distance that is missing", () => {
    const story = recorded(frameResult({ distance }));
    const of = (now: DistanceFacts | null) => compareResults(story, frameResult({ distance: now })).distance;
    expect(of({ ...distance, high: 3 })).toMatchObject({ same: false });
    expect(of(null)).toEqual({ same: false, recorded: distance, found: null });
    expect(compareResults(recorded(frameResult()), frameResult()).distance).toBeNull();
  });

  it("tells what is not", () => {
    const story = recorded(frameResult({ normalisation }));
    const now = frameResult({
      verdict: "uncertain",
      pDefocused: 0.5,
      focusMap: [
        [0.1, 0.2],
        [0.05, 0.4],
      ],
    });
    expect(compareResults(story, now)).toMatchObject({
      verdict: { same: false, recorded: "focused", found: "uncertain" },
      pDefocused: { same: false },
      tiles: { same: false, count: 4, maxDifference: expect.closeTo(0.3) },
      normalisation: { same: false },
    });
  });

  it("says nothing of what the ledger does not have", () => {
    const story = { ...recorded(frameResult()), focusMap: null };
    expect(compareResults(story, frameResult())).toMatchObject({ tiles: null, normalisation: null });
  });

  it("does not compare grids of another shape", () => {
    expect(compareMaps([[1, 2]], [[1], [2]])).toEqual({ same: false, count: 2, maxDifference: null });
    expect(compareMaps([[1]], [])).toMatchObject({ same: false, maxDifference: null });
  });
});

describe("differingCircumstances", () => {
  const classifier = "sdcnn 1.0.0";
  const now = { version: "1.0.0", engine: frameResult().engine!, classifier, threads: 2, machine };

  it("are none on the same machine with the same program", () => {
    expect(differingCircumstances(recorded(frameResult({ settings })), now)).toEqual([]);
  });

  it("are told one by one", () => {
    const story = recorded(frameResult());
    const other = {
      ...now,
      version: "2.0.0",
      classifier: "sdcnn 9.0.0",
      engine: { ...now.engine, device: "cuda" },
      threads: null,
    };
    expect(differingCircumstances(story, other)).toEqual([
      { what: "refocusd", recorded: "1.0.0", now: "2.0.0" },
      { what: "classifier", recorded: classifier, now: "sdcnn 9.0.0" },
      { what: "device", recorded: "cpu", now: "cuda" },
      { what: "threads", recorded: null, now: "auto" },
    ]);
  });
});

describe("what is run again", () => {
  it("is the frame with its recorded settings, reconstructed if it was", () => {
    const story = recorded({ ...defocusedResult("/out/a"), settings: { ...settings, reconstruct: "never" } });
    expect(jobFor(story, stat, "/tmp/a")).toEqual({
      ...{ id: 1, path: `${ROOT}/a.tif`, page: 0, pages: 1, type: "tiff", sha256: sha("a"), stat, output: "/tmp/a" },
      ...{
        thresholds: { focusedBelow: 0.35, defocusedAbove: 0.65 },
        reconstruct: "always",
        maxPixels: 1e6,
        holdToSource: false,
        lowTrustBelow: 0,
        withoutSpectrum: true,
        withoutDistance: true,
        // How everything was written before it could be chosen.
        writing: { compression: "none", description: "imagej", sidecar: false },
      },
    });
    expect(jobFor(recorded(frameResult({ settings })), stat, "/tmp/a")).toMatchObject({ reconstruct: "never" });
    expect(jobFor(recorded(frameResult({ pSpectrum: 0.4 })), stat, "/tmp/a")).not.toHaveProperty("withoutSpectrum");
    expect(jobFor(recorded(frameResult({ distance })), stat, "/tmp/a")).not.toHaveProperty("withoutDistance");
  });

  it.each([true, false])("is held to its source as it was: %s", (holdToSource) => {
    const story = recorded(frameResult({ settings: { ...settings, holdToSource } }));
    expect(jobFor(story, stat, "/tmp/a")).toMatchObject({ holdToSource });
  });

  it.each([
    [
      { name: "onnx", version: "1", device: "cpu" },
      { kind: "onnx", provider: "cpu", threads: 2 },
    ],
    [
      { name: "onnx", version: "1", device: "cuda" },
      { kind: "onnx", provider: "cuda", threads: 2 },
    ],
    [
      { name: "tensorflow", version: "2", device: "gpu" },
      { kind: "tensorflow", threads: 2 },
    ],
    [null, { kind: "onnx", provider: "cpu", threads: 2 }],
  ])("by the engine that was recorded: %j", (engine, choice) => {
    expect(engineOf({ engine, settings })).toEqual(choice);
  });

  it("with as many threads as the engine likes, where none are recorded", () => {
    expect(engineOf({ engine: null, settings: null })).toMatchObject({ threads: "auto" });
  });
});

describe("comparePixels", () => {
  it("reads the two files", async () => {
    const folder = temporaryFolder();
    const write = (name: string, value: number) => {
      const frame = { width: 2, height: 1, channels: 1, bitDepth: 16, data: Uint16Array.of(value, 7) } as const;
      writeFileSync(join(folder, name), encodeTiff(frame, { description: name, software: "" }));
      return join(folder, name);
    };
    const [a, other, same] = [write("a.tif", 100), write("b.tif", 103), write("c.tif", 100)];
    expect(await comparePixels(a, other, 1e6)).toEqual({ same: false, maxDifference: 3, differing: 1, of: 2 });
    expect(await comparePixels(a, same, 1e6)).toMatchObject({ same: true });
    await expect(comparePixels(a, join(folder, "none.tif"), 1e6)).rejects.toThrow("ENOENT");
  });
});

describe("compareFrames", () => {
  const kind = { width: 2, height: 1, channels: 1 } as const;
  const frame = (...values: number[]): Frame => ({ ...kind, bitDepth: 16, data: Uint16Array.from(values) });
  const floats = (...values: number[]): Frame => ({
    ...{ ...kind, bitDepth: 32, sampleFormat: "float", data: Float32Array.from(values) },
  });

  it("counts what differs, and how far", () => {
    expect(compareFrames(frame(1, 65_535), frame(1, 65_535))).toEqual({
      same: true,
      maxDifference: 0,
      differing: 0,
      of: 2,
    });
    expect(compareFrames(frame(1, 65_535), frame(4, 65_534))).toMatchObject({
      same: false,
      maxDifference: 3,
      differing: 2,
    });
  });

  it("takes no number for the same as no number, and for far from any other", () => {
    expect(compareFrames(floats(Number.NaN, 1), floats(Number.NaN, 1))).toMatchObject({ same: true });
    expect(compareFrames(floats(Number.NaN, 1), floats(0, 1))).toMatchObject({ differing: 1, maxDifference: Infinity });
  });

  it("does not compare another size or type", () => {
    expect(compareFrames(frame(1, 2), floats(1, 2))).toMatchObject({ same: false, maxDifference: null });
    expect(compareFrames(frame(1, 2), { ...frame(1, 2), width: 1, height: 2 })).toMatchObject({ maxDifference: null });
  });
});
