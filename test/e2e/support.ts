import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openLedgerReader } from "../../src/ledger/open.js";
import type { FrameStory } from "../../src/ledger/story.js";
import { systemClock } from "../../src/system/clock.js";

const project = resolve(import.meta.dirname, "../..");
export const MAIN = join(project, "dist/cli/main.js");
export const SAMPLES = join(project, "samples");

/** The daemon is tested as it is shipped: compiled, with the models that come with it. */
export const canRun = existsSync(MAIN) && existsSync(join(project, "models/sdcnn/model.onnx"));

export interface Place {
  readonly folder: string;
  readonly input: string;
  readonly output: string;
  readonly state: string;
  readonly config: string;
}

/** A folder of its own for one daemon, with quick settling. */
export function makePlace(more = ""): Place {
  const folder = mkdtempSync(join(tmpdir(), "refocusd-e2e-"));
  const place = {
    folder,
    input: join(folder, "export"),
    output: join(folder, "refocused"),
    state: join(folder, "state"),
    config: join(folder, "refocusd.yaml"),
  };
  mkdirSync(place.input);
  writeFileSync(
    place.config,
    `state: state
watch:
  - path: export
    output: refocused
settle: { quietSeconds: 0.3, staleSeconds: 2 }
scan: { intervalSeconds: 0.3 }
engine: { kind: onnx }
${more}`,
  );
  return place;
}

export interface RunningDaemon {
  readonly process: ChildProcess;
  readonly log: () => string;
  /** Resolves with the exit code, or the signal's name. */
  readonly end: Promise<number | string>;
}

export async function startDaemon(place: Place, env: Record<string, string> = {}): Promise<RunningDaemon> {
  const child = spawn(process.execPath, [MAIN, "run", "-c", place.config], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const end = new Promise<number | string>((done) => child.on("exit", (code, signal) => done(code ?? signal ?? "?")));
  const running = { process: child, log: () => text, end };
  await until(
    () => child.exitCode !== null || (text.includes("watching") && existsSync(join(place.state, "status.json"))),
    () => text,
  );
  if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}:\n${text}`);
  return running;
}

/** Waits for a condition; fails with what `context` says after `seconds`. */
export async function until(condition: () => boolean, context: () => string, seconds = 90): Promise<void> {
  const give = systemClock.monotonic() + seconds * 1000;
  while (!condition()) {
    if (systemClock.monotonic() > give) throw new Error(`waited ${seconds} s in vain:\n${context()}`);
    await systemClock.sleep(50);
  }
}

/** The current stories of a file. */
export function storyOf(place: Place, name: string): FrameStory[] {
  const ledger = openLedgerReader(join(place.state, "ledger.sqlite"), { clock: systemClock });
  const story = ledger.story(join(place.input, name));
  ledger.close();
  return story;
}

export function refocusd(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [MAIN, ...args], { maxBuffer: 1 << 26 }, (error, out, err) => {
      done({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, out, err });
    });
  });
}
