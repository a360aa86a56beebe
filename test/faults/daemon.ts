import {
  type ChildProcess,
  type SpawnOptionsWithStdioTuple,
  type StdioNull,
  type StdioPipe,
  spawn,
} from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const MAIN = resolve("dist/cli/main.js");
const PRELOAD = resolve("test/faults/preload.mjs");
/** Longer than loading both networks takes on a busy machine. */
const START_MS = 300_000;

const children = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

export interface DaemonOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly nodeOptions?: string;
  /** As whom it runs (uid and gid); left out: as the harness. */
  readonly user?: number;
}

/** The built daemon in a process of its own, started again after each kill. */
export class DaemonUnderTest {
  readonly #folder: string;
  readonly #options: SpawnOptionsWithStdioTuple<StdioNull, StdioNull, StdioPipe>;
  #child: ChildProcess | undefined;
  #text = "";
  kills = 0;

  /** @param folder holds refocusd.yaml and state/ */
  constructor(folder: string, { environment = {}, nodeOptions = "", user }: DaemonOptions = {}) {
    this.#folder = folder;
    this.#options = {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ...environment, NODE_OPTIONS: `--import=${PRELOAD} ${nodeOptions}` },
      ...(user !== undefined && { uid: user, gid: user }),
    };
  }

  /** The last of what it said, for a failure's report. */
  get lastWords(): string {
    return this.#text.slice(-2000);
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it watches, or has ended (a kill may come at any time). */
  async start(): Promise<void> {
    this.#text = "";
    const child = this.#spawn("run");
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
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

  /** Another process of the program on the same configuration, to its end. */
  async command(...words: string[]): Promise<{ code: number | null; text: string }> {
    const child = this.#spawn(...words);
    let text = "";
    child.stderr.setEncoding("utf8").on("data", (some: string) => {
      text += some;
    });
    const [code] = (await once(child, "close")) as [number | null];
    return { code, text };
  }

  /** Processor time that the supervisor has used since it was started, ms; undefined where the system does not tell. */
  processorMs(): number | undefined {
    try {
      const text = readFileSync(`/proc/${this.#child?.pid}/stat`, "utf8");
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      // utime and stime, in ticks of 10 ms.
      return (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      return undefined;
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

  #spawn(...words: string[]) {
    const child = spawn(process.execPath, [MAIN, ...words, "-c", join(this.#folder, "refocusd.yaml")], this.#options);
    children.add(child);
    child.on("exit", () => children.delete(child));
    return child;
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
