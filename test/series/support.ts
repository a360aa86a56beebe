import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { SeriesFrame, SeriesRules } from "../../src/series/series.js";

export const RULES: SeriesRules = {
  reconstructionOf: ["defocused"],
  placeholder: false,
  intervalMs: null,
  intervalTolerance: 0.5,
};

export const sha = (digit: string) => digit.repeat(64).slice(0, 64);

export function frame(time: number | null, changes: Partial<SeriesFrame> = {}): SeriesFrame {
  return {
    path: `/in/run_t${String(time ?? 0).padStart(3, "0")}c1.tif`,
    page: 0,
    pages: 1,
    type: "tiff",
    sha256: sha("a"),
    size: 1000,
    mtimeMs: 5000,
    state: "done",
    verdict: "focused",
    pDefocused: 0.1,
    errorCode: null,
    time,
    seq: null,
    acquiredMs: null,
    width: 40,
    height: 30,
    channels: 1,
    bitDepth: 16,
    reconstruction: null,
    extract: null,
    ...changes,
  };
}

export function defocused(time: number, path = `/out/run_t${time}c1.reconstructed.tif`): SeriesFrame {
  const reconstruction = { path, sha256: sha("e"), size: 12, trust: 0.8, model: "resunet-lite 1.1.0" };
  return frame(time, { verdict: "defocused", pDefocused: 0.98, reconstruction });
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "refocusd-series-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file that is there, and a frame that fits it. */
export function frameOnDisk(
  folder: string,
  time: number,
  text: string,
  changes: Partial<SeriesFrame> = {},
): SeriesFrame {
  const path = join(folder, `run_t${String(time).padStart(3, "0")}c1.tif`);
  writeFileSync(path, text);
  const { size, mtimeMs } = statSync(path);
  const sha256 = Buffer.from(text).toString("hex").padEnd(64, "0").slice(0, 64);
  return frame(time, { path, size, mtimeMs, sha256, ...changes });
}
