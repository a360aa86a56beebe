import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LiveStatus } from "../../src/app/status/status-file.js";

/** A built daemon that is being measured. */
export interface Measured {
  readonly pid: number;
  readonly incoming: string;
  readonly ledger: string;
  /** When it was started, ms since 1970. */
  readonly startedMs: number;
  /** When it said that it is ready, ms since 1970, to 20 ms. */
  readonly readyMs: number;
  /** What it last wrote about itself (every 2 s). */
  status(): Promise<LiveStatus | undefined>;
  hasEnded(): boolean;
  stop(): Promise<void>;
}

const START_SECONDS = 120;
/** As the unit starts it (systemd/refocusd.service). To look into it: BENCH_NODE_FLAGS="--cpu-prof --cpu-prof-dir=/tmp/prof". */
const NODE_FLAGS = ["--max-semi-space-size=4", ...(process.env.BENCH_NODE_FLAGS ?? "").split(" ").filter(Boolean)];

/** The folders of a daemon, as they are before it is started. */
export function places(folder: string): { readonly incoming: string; readonly state: string; readonly ledger: string } {
  const state = join(folder, "state");
  return { incoming: join(folder, "incoming"), state, ledger: join(state, "ledger.sqlite") };
}

/** Starts the built daemon with its defaults on `folder`/incoming. @param more lines of configuration */
export async function startMeasured(folder: string, more = ""): Promise<Measured> {
  const { incoming, state, ledger } = places(folder);
  await mkdir(incoming, { recursive: true });
  const config = join(folder, "refocusd.yaml");
  await writeFile(config, `state: state\nwatch:\n  - { path: incoming, output: refocused }\n${more}`);
  const log = join(folder, "daemon.log");
  const output = openSync(log, "w");
  await rm(join(state, "status.json"), { force: true });
  const startedMs = Date.now();
  const daemon = spawn(process.execPath, [...NODE_FLAGS, resolve("dist/cli/main.js"), "run", "-c", config], {
    stdio: ["ignore", output, output],
  });
  const hasEnded = () => daemon.exitCode !== null || daemon.signalCode !== null;
  const stop = async () => {
    daemon.kill("SIGTERM");
    while (!hasEnded()) await sleep(20);
  };
  while (!(await readFile(log, "utf8")).includes("watching")) {
    if (hasEnded() || Date.now() - startedMs > START_SECONDS * 1000) {
      await stop();
      throw new Error(`the daemon did not start:\n${await readFile(log, "utf8")}`);
    }
    await sleep(20);
  }
  return {
    ...{ pid: daemon.pid!, incoming, ledger, startedMs, readyMs: Date.now(), hasEnded, stop },
    async status() {
      const file = join(state, "status.json");
      return existsSync(file) ? (JSON.parse(await readFile(file, "utf8")) as LiveStatus) : undefined;
    },
  };
}
