import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import BetterSqlite3 from "better-sqlite3";
import type { BenchFrame } from "./frames.js";
import { type Peak, watchMemory } from "./memory.js";

export interface Latency {
  /** From "complete" as the daemon established it to the verdict in the ledger, ms; settling excluded. Frames in focus. */
  readonly verdictMs: readonly number[];
  /** The same for frames out of focus, whose reconstruction is on the disk by then. */
  readonly reconstructedMs: readonly number[];
  /** From the last byte to the verdict, ms: with the default quiet period and the time to the next look. Frames in focus. */
  readonly wholeMs: readonly number[];
  /** Of frames in focus, ms by step of the worker. */
  readonly steps: Readonly<Record<string, readonly number[]>>;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly engine: string;
  readonly peak: Peak;
}

interface Row {
  readonly verdict: string;
  readonly settled_ms: number;
  readonly finished_ms: number;
  readonly timings_json: string;
}

interface Timed extends Row {
  readonly isDefocused: boolean;
  readonly completeMs: number;
}

const FRAME_SECONDS = 60;

/** Gives the built daemon one frame at a time and waits for each verdict. */
export async function measureLatency(
  main: string,
  frames: readonly BenchFrame[],
  folder: string,
  models: string | undefined,
): Promise<Latency> {
  const incoming = join(folder, "incoming");
  await mkdir(incoming, { recursive: true });
  const config = join(folder, "refocusd.yaml");
  const own = models === undefined ? "" : `models: { directory: ${JSON.stringify(models)} }\n`;
  await writeFile(config, `state: state\nwatch:\n  - { path: incoming, output: refocused }\n${own}`);
  const log = join(folder, "daemon.log");
  const stderr = openSync(log, "w");
  const daemon = spawn(process.execPath, ["--max-semi-space-size=4", main, "run", "-c", config], {
    stdio: ["ignore", stderr, stderr],
  });
  const memory = watchMemory(daemon.pid!);
  try {
    const ready = join(folder, "state", "status.json");
    for (let k = 0; !existsSync(ready); k++) {
      if (daemon.exitCode !== null || k > 600)
        throw new Error(`the daemon did not start:\n${await readFile(log, "utf8")}`);
      await sleep(100);
    }
    const ledger = new BetterSqlite3(join(folder, "state", "ledger.sqlite"), { readonly: true });
    const find = ledger.prepare("SELECT * FROM frames WHERE path = ? AND finished_ms IS NOT NULL");
    const rows: Timed[] = [];
    for (const { path, name, isDefocused } of frames) {
      const target = join(incoming, name);
      await copyFile(path, `${target}.part`);
      await rename(`${target}.part`, target);
      const completeMs = Date.now();
      let row: Row | undefined;
      for (let k = 0; row === undefined; k++) {
        if (k > FRAME_SECONDS * 50) throw new Error(`no verdict on ${name} after ${FRAME_SECONDS} s`);
        await sleep(20);
        row = find.get(target) as Row | undefined;
      }
      rows.push({ ...row, isDefocused, completeMs });
    }
    const engine = ledger
      .prepare("SELECT engine_name || ' ' || engine_version || ' on ' || engine_device FROM runs LIMIT 1")
      .pluck()
      .get() as string;
    ledger.close();
    return { ...summary(rows), engine, peak: memory.stop() };
  } finally {
    memory.stop();
    daemon.kill("SIGTERM");
    if (daemon.exitCode === null) await new Promise((done) => daemon.once("exit", done));
  }
}

function summary(rows: readonly Timed[]): Omit<Latency, "engine" | "peak"> {
  const steps: Record<string, number[]> = {};
  const verdicts: Record<string, number> = {};
  for (const { verdict, isDefocused, timings_json } of rows) {
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    if (isDefocused) continue;
    for (const [step, ms] of Object.entries(JSON.parse(timings_json) as Record<string, number>)) {
      steps[step] ??= [];
      steps[step].push(ms);
    }
  }
  const [sharp, blurred] = [rows.filter((row) => !row.isDefocused), rows.filter((row) => row.isDefocused)];
  return {
    verdictMs: sharp.map((row) => row.finished_ms - row.settled_ms),
    reconstructedMs: blurred.map((row) => row.finished_ms - row.settled_ms),
    wholeMs: sharp.map((row) => row.finished_ms - row.completeMs),
    steps,
    verdicts,
  };
}
