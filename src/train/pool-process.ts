import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { RefocusdError } from "../errors/refocusd-error.js";
import { systemClock } from "../system/clock.js";

const STOP_MS = 20_000;

/** The process that renders the pools while this one trains. It ends by itself when this one is gone. */
export class PoolProcess {
  readonly #args: readonly string[];
  readonly #main: string;
  #child: ChildProcess | undefined;
  #lastWords = "";

  /**
   * @param args of refocusd's command line that renders the pools
   * @param main refocusd's program
   */
  constructor(args: readonly string[], main = process.argv[1] ?? "") {
    this.#args = args;
    this.#main = main;
  }

  start(): void {
    const child = fork(this.#main, this.#args, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#child = child;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2000);
    });
    // Training must not wait for cores that rendering takes; the pool is usually ahead.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  }

  /** @throws RF_TRAINING_DATA when the process ended by itself */
  check(): void {
    const code = this.#child?.exitCode ?? this.#child?.signalCode ?? null;
    if (code === null) return;
    const words = this.#lastWords.trim().split("\n", 1)[0] ?? "";
    throw new RefocusdError("RF_TRAINING_DATA", `rendering the pool ended with ${code}: ${words}`);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    if (child.connected) child.disconnect();
    await Promise.race([ended, systemClock.sleep(STOP_MS)]);
    child.kill("SIGKILL");
  }
}
