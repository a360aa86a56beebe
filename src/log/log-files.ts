import { accessSync, constants, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import DailyRotateFile from "winston-daily-rotate-file";
import { RefocusdError } from "../errors/refocusd-error.js";

export interface LogFilesOptions {
  readonly directory: string;
  readonly keepDays: number;
  readonly maxMegabytes: number;
}

/** Such as refocusd-2026-11-23.log and, when that one is full, refocusd-2026-11-23.log.1. */
const FILE_NAME = /^refocusd-(\d{4}-\d{2}-\d{2})\.log(\.\d+)?$/;

/** The log files in `names` that are older than `keepDays` days before the one that has just been opened. */
export function expiredLogFiles(names: readonly string[], newest: string, keepDays: number): string[] {
  const today = FILE_NAME.exec(newest)?.[1];
  if (today === undefined) return [];
  const oldest = new Date(Date.parse(today) - keepDays * 86_400_000).toISOString().slice(0, 10);
  return names.filter((name) => {
    const day = FILE_NAME.exec(name)?.[1];
    return day !== undefined && day < oldest;
  });
}

/** Log files that are open. */
export interface LogFiles {
  readonly transport: DailyRotateFile;
  /** Resolves when everything that was said is in the files. */
  close(): Promise<void>;
}

/**
 * A winston transport that starts a new file each day and when one is full.
 * @throws RF_STATE_UNWRITABLE when the folder cannot be made or written.
 */
export function openLogFiles(options: LogFilesOptions, onError: (error: Error) => void): LogFiles {
  const { directory, keepDays, maxMegabytes } = options;
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new RefocusdError("RF_STATE_UNWRITABLE", (error as Error).message, { cause: error });
  }
  // No maxFiles: the package would keep account of its files in a JSON file, and stop deleting for ever once a power
  // cut has torn that (file-stream-rotator 0.6.1, setAuditLog). The day in the name says as much.
  const transport = new DailyRotateFile({
    dirname: directory,
    filename: "refocusd-%DATE%.log",
    maxSize: `${maxMegabytes}m`,
  });
  const stream = transport.logStream;
  transport.on("new", (path) => removeExpired(directory, path, keepDays, onError));
  // The package itself does not listen to its stream: a full disk would end the daemon with an unhandled "error".
  stream.on("error", onError);

  // Its end() waits for the newest file alone, while a full one before it may still be written.
  let unfinished = 1;
  stream.on("rotate", () => unfinished++);
  stream.on("close", () => unfinished--);

  return {
    transport,
    close: () =>
      new Promise((resolve) => {
        const check = () => unfinished === 0 && resolve();
        stream.on("close", check);
        stream.end();
        check();
      }),
  };
}

function removeExpired(directory: string, newest: string, keepDays: number, onError: (error: Error) => void): void {
  try {
    const expired = expiredLogFiles(readdirSync(directory), newest.slice(directory.length + 1), keepDays);
    for (const name of expired) rmSync(join(directory, name), { force: true });
  } catch (error) {
    onError(error as Error);
  }
}
