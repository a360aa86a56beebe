import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { BenchFrame } from "./frames.js";
import { type Peak, watchMemory } from "./memory.js";

export interface PaperRun {
  /** From the start of the process to its end. */
  readonly seconds: number;
  readonly frames: number;
  readonly right: number;
  readonly reconstructed: number;
  readonly peak: Peak;
}

interface Line {
  readonly source: string;
  readonly verdict: string | null;
  readonly reconstruction: string | null;
}

/** Xue et al.'s demonstration by the command line, from a cold start of the process: sort the frames, reconstruct the defocused ones. */
export async function measurePaperRun(
  main: string,
  frames: readonly BenchFrame[],
  folder: string,
  models: string | undefined,
): Promise<PaperRun> {
  const source = dirname(frames[0]!.path);
  const begun = performance.now();
  const args = ["process", source, "--state", join(folder, "state"), "--out", join(folder, "out"), "--json"];
  const child = spawn(process.execPath, [main, ...args, ...(models === undefined ? [] : ["--models", models])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const memory = watchMemory(child.pid!);
  const end = new Promise<number | null>((done) => child.once("exit", done));
  const output = await text(child.stdout);
  const code = await end;
  const seconds = (performance.now() - begun) / 1000;
  const peak = memory.stop();
  const lines = output
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  if (code !== 0 || lines.length !== frames.length) {
    throw new Error(`process ended with ${code} after ${lines.length} of ${frames.length} frames`);
  }
  const truth = new Map(frames.map(({ path, isDefocused }) => [path, isDefocused ? "defocused" : "focused"]));
  return {
    seconds,
    frames: lines.length,
    right: lines.filter(({ source, verdict }) => truth.get(source) === verdict).length,
    reconstructed: lines.filter(
      ({ source, reconstruction }) => reconstruction !== null && truth.get(source) === "defocused",
    ).length,
    peak,
  };
}
