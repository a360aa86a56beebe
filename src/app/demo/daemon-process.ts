import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { RefocusdError } from "../../errors/refocusd-error.js";
import type { Clock } from "../../system/clock.js";
import { readLiveStatus } from "../status/status-file.js";
import type { DemoFolder } from "./demo-folder.js";

const MAIN = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const START_MS = 60_000;
const LOOK_MS = 100;
const LOG_LINES = 12;

export interface DaemonProcess {
  readonly pid: number;
  /** What it computes with, in words. */
  readonly engine: string;
  readonly models: readonly string[];
  /** Whether it has ended by itself. */
  hasEnded(): boolean;
  /** Asks it to end, as systemd does. @returns whether it ended cleanly */
  stop(): Promise<boolean>;
}

/**
 * Starts the daemon as a system would: a process of its own, with nothing but its configuration file.
 * @returns undefined when it was told to give up meanwhile
 * @throws RF_INTERNAL with the end of its log when it does not come up
 */
export async function startDaemonProcess(
  folder: DemoFolder,
  clock: Clock,
  signal: AbortSignal,
): Promise<DaemonProcess | undefined> {
  const log = openSync(folder.daemonLog, "w");
  // In a process group of its own: Ctrl-C is for the demonstration, which then asks the daemon to end in order.
  const child = spawn(process.execPath, [MAIN, "run", "-c", folder.config], {
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  const end = new Promise<boolean>((done) => {
    child.once("exit", (code) => done(code === 0));
    child.once("error", () => done(false));
  });
  const killWithUs = () => void child.kill("SIGTERM");
  process.once("exit", killWithUs);
  const stop = async () => {
    if (isRunning(child)) child.kill("SIGTERM");
    const clean = await end;
    process.off("exit", killWithUs);
    return clean;
  };

  const giveUp = clock.monotonic() + START_MS;
  for (;;) {
    const live = readLiveStatus(folder.state);
    if (live !== undefined && live.pid === child.pid) {
      return { pid: live.pid, engine: live.engine, models: live.models, hasEnded: () => !isRunning(child), stop };
    }
    if (signal.aborted || !isRunning(child) || clock.monotonic() > giveUp) {
      await stop();
      if (signal.aborted) return undefined;
      throw new RefocusdError("RF_INTERNAL", `the daemon did not start:\n${await tail(folder.daemonLog)}`);
    }
    await clock.sleep(LOOK_MS, signal);
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

async function tail(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-LOG_LINES).join("\n");
}
