import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ModelKind } from "../models/card.js";
import { EXIT } from "./exit.js";
import { stopSignal } from "./stop-signal.js";

/** Set in the process that trains, which the one that was called has started. */
const MARK = "REFOCUSD_TRAINING";

/** Trains in a process of its own: what makes libtensorflow fast must be in the environment when a process starts. */
export async function inTrainingProcess(
  kind: ModelKind,
  threads: number | undefined,
  train: () => Promise<void>,
): Promise<void> {
  if (process.env[MARK]) {
    await train();
    // libtensorflow's threads would keep the process.
    if (process.connected) process.disconnect();
    return;
  }
  const { nativeEnvironment } = await import("../train/native-environment.js");
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    // A group of its own: Ctrl-C reaches it once, through us, and not a second time from the terminal.
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...nativeEnvironment(kind, threads, process.env), [MARK]: "1" },
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  // It had no time for last words.
  if (code === null) process.stderr.write(`refocusd: ended by ${signal}; nothing more was written\n`);
  process.exitCode = code ?? EXIT.failed;
}

/** Aborts on SIGTERM or Ctrl-C, or when the process that started this one is gone. */
export function stopOrParentGone(): AbortSignal {
  return AbortSignal.any([stopSignal(), parentGone()]);
}

/** Aborts when the process at the other end of the channel ends, however it ends. */
function parentGone(): AbortSignal {
  const controller = new AbortController();
  process.once("disconnect", () => controller.abort());
  // It may have gone while this one still loaded its code: then nobody tells that any more.
  if (process.send !== undefined && !process.connected) controller.abort();
  return controller.signal;
}
