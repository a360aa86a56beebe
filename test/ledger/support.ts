import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.js";
import { type OpenOptions, openLedger } from "../../src/ledger/open.js";
import type { FrameResult, NameFacts, SettledSource } from "../../src/ledger/types.js";
import { type Clock, systemClock } from "../../src/system/clock.js";

export const ROOT = "/data/export";

/** A clock that stands until it is moved. */
export function handClock(start = Date.UTC(2026, 10, 23, 9)): Clock & { time: number } {
  return {
    ...systemClock,
    time: start,
    now() {
      return this.time;
    },
  };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "refocusd-ledger-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function openTestLedger(options: Partial<OpenOptions> & { path?: string } = {}): Ledger {
  const { path = join(temporaryFolder(), "ledger.sqlite"), ...rest } = options;
  const ledger = openLedger(path, { clock: handClock(), ...rest });
  onTestFinished(() => ledger.close());
  return ledger;
}

export const sha = (digit: string) => digit.repeat(64).slice(0, 64);

export function settledSource(path: string, changes: Partial<SettledSource> = {}): SettledSource {
  return {
    ...{ path, size: 1000, mtimeMs: 1_000_000.25, ctimeMs: 1_000_000.5, sha256: sha("a"), type: "tiff", pages: 1 },
    ...{ settledAtMs: 2_000_000, lastChangeMs: 1_000_000 },
    ...changes,
  };
}

export function named(seriesKey: string, time: number): NameFacts {
  return { seriesKey, time };
}

export function frameResult(changes: Partial<FrameResult> = {}): FrameResult {
  return {
    verdict: "focused",
    pDefocused: 0.1,
    focusMap: [
      [0.1, 0.2],
      [0.05, 0.1],
    ],
    facts: { width: 1608, height: 1608, channels: 1, bitDepth: 16, pixelSizeUm: 0.65, acquiredMs: 1500.5 },
    thresholds: { focusedBelow: 0.35, defocusedAbove: 0.65 },
    scores: { laplacian: 12.5 },
    timings: { decode: 20, classify: 100 },
    classifier: { name: "sdcnn", version: "1.0.0", sha256: sha("c") },
    reconstructor: null,
    engine: { name: "onnx", version: "1.30.0", device: "cpu" },
    reconstruction: null,
    ...changes,
  };
}

export const defocusedResult = (path: string): FrameResult =>
  frameResult({
    verdict: "defocused",
    pDefocused: 0.97,
    reconstructor: { name: "resunet-lite", version: "1.0.0", sha256: sha("d") },
    reconstruction: { path, sha256: sha("e"), size: 5000, trust: 0.8 },
  });
