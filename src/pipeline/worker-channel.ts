import { fork } from "node:child_process";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { FromWorker, ToWorker } from "./messages.js";

/** A running worker process as far as the pool needs it; replaced in tests. */
export interface WorkerChannel {
  readonly pid: number | undefined;
  send(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once, when the process has ended for whatever reason; `how` says it in words. */
  onEnd(listener: (how: string) => void): void;
  /** Closes the channel: an idle worker ends by itself. */
  close(): void;
  kill(): void;
}

const WORKER_NICE = 5;

/** A process that ended in the meantime needs no cores, and one whose priority cannot be set works all the same. */
function yieldCores(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, WORKER_NICE);
  } catch {}
}

/** Starts a worker as a process of its own. What it writes to its standard error output goes to `onText`, line by line. */
export function forkWorker(onText: (line: string) => void): WorkerChannel {
  const child = fork(fileURLToPath(new URL("worker/main.js", import.meta.url)), {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // Advanced: numbers like NaN survive, and typed arrays are not spelt out.
    serialization: "advanced",
    env: {
      ...process.env,
      // glibc keeps an arena for each thread; with image buffers of 10 MB coming and going that doubled a worker's memory.
      MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? "2",
      TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "2",
    },
  });
  // What arrives is settled and queued first: in a burst of 2,000 files the supervisor would wait for cores that inference has.
  child.once("spawn", () => yieldCores(child.pid));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\n")) if (line.trim() !== "") onText(line.trimEnd());
    });
  }
  let ended = false;
  const listeners: ((how: string) => void)[] = [];
  const end = (how: string) => {
    if (ended) return;
    ended = true;
    for (const listener of listeners) listener(how);
  };
  child.on("exit", (code, signal) => end(signal ? `ended by ${signal}` : `ended with code ${code}`));
  child.on("error", (error) => end(error.message));
  return {
    pid: child.pid,
    send: (message) => {
      // A worker that has just died is reported by onEnd; the failed write adds nothing.
      child.send(message, () => {});
    },
    onMessage: (listener) => void child.on("message", (message) => listener(message as FromWorker)),
    onEnd: (listener) => void listeners.push(listener),
    close: () => {
      if (child.connected) child.disconnect();
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
