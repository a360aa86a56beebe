import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const MAIN = resolve("dist/cli/main.js");
const PRELOAD = resolve("test/faults/preload.mjs");
/** Longer than loading both networks takes on a busy machine. */
const START_MS = 60_000;

/** The built daemon in a process of its own, started again after each kill. */
export class DaemonUnderTest {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #text = "";
  kills = 0;

  /** @param folder holds refocusd.yaml and state/ */
  constructor(folder: string, environment: Readonly<Record<string, string>> = {}, nodeOptions = "") {
    this.#folder = folder;
    this.#environment = { ...process.env, ...environment, NODE_OPTIONS: `--import=${PRELOAD} ${nodeOptions}` };
  }

  /** The last of what it said, for a failure's report. */
  get lastWords(): string {
    return this.#text.slice(-4000);
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it watches, or has ended (a kill may come at any time). */
  async start(): Promise<void> {
    this.#text = "";
    const child = spawn(process.execPath, [MAIN, "run", "-c", join(this.#folder, "refocusd.yaml")], {
      stdio: ["ignore", "ignore", "pipe"],
      env: this.#environment,
    });
    this.#child = child;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#text = (this.#text + text).slice(-100_000);
    });
    const giveUp = performance.now() + START_MS;
    while (this.isRunning && !this.#text.includes("watching")) {
      if (performance.now() > giveUp) throw new Error(`the daemon does not start:\n${this.lastWords}`);
      await sleep(50);
    }
  }

  async killSupervisor(): Promise<void> {
    if (!this.isRunning) return;
    this.kills++;
    this.#child?.kill("SIGKILL");
    await this.ended();
  }

  /** @returns whether there was one to kill. */
  killWorker(pick: (pids: readonly number[]) => number | undefined): boolean {
    const pid = pick(this.#workers());
    if (pid === undefined) return false;
    try {
      process.kill(pid, "SIGKILL");
      this.kills++;
      return true;
    } catch {
      return false; // It had ended by itself.
    }
  }

  /** Ends it in order. @returns its exit code, or the signal that ended it */
  async stop(): Promise<number | string> {
    this.#child?.kill("SIGTERM");
    return this.ended();
  }

  async ended(): Promise<number | string> {
    while (this.isRunning) await sleep(20);
    return this.#child?.exitCode ?? this.#child?.signalCode ?? "not started";
  }

  #workers(): number[] {
    try {
      const status = JSON.parse(readFileSync(join(this.#folder, "state", "status.json"), "utf8")) as {
        pid: number;
        workers: { pid?: number }[];
      };
      if (status.pid !== this.#child?.pid) return [];
      return status.workers.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    } catch {
      return [];
    }
  }
}
