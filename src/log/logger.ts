import { fstatSync } from "node:fs";
import winston from "winston";
import { asRefocusdError } from "../errors/refocusd-error.js";
import type { Clock } from "../system/clock.js";
import { type ConsoleStyle, consoleStyle } from "./console-style.js";
import { LOG_LEVELS, type LogEntry, type LogLevel } from "./entry.js";
import { humanLine, journalLine, jsonLine } from "./format.js";
import type { Log, LogFields } from "./log.js";
import { type LogFiles, type LogFilesOptions, openLogFiles } from "./log-files.js";

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where JSON lines are written beside the console, or null for the console alone. */
  readonly files: LogFilesOptions | null;
}

export interface LoggerDeps {
  readonly clock: Clock;
  /** Where lines for people go; the standard error output, so that the standard output is free for answers. */
  readonly console?: NodeJS.WritableStream;
  readonly style?: ConsoleStyle;
}

/** A log that can be closed. */
export interface Logger extends Log {
  setLevel(level: LogLevel): void;
  /** Resolves when everything that was said is written. Nothing may be said afterwards. */
  close(): Promise<void>;
}

// After a write error (disk full) the files are left alone for so long, in milliseconds.
const REOPEN_AFTER = 10_000;

/** @throws RF_STATE_UNWRITABLE when the folder of the log files cannot be written at the start. */
export function createLogger(options: LoggerOptions, deps: LoggerDeps): Logger {
  const { clock, console = process.stderr, style = styleOfStderr() } = deps;
  // A reader that went away (refocusd run 2>&1 | head) must not end the daemon.
  const ignore = () => {};
  console.on("error", ignore);

  const logger = winston.createLogger({
    level: options.level,
    levels: Object.fromEntries(LOG_LEVELS.map((level, index) => [level, index])),
    transports: [new winston.transports.Stream({ stream: console, format: lines((entry) => lineFor(style, entry)) })],
  });
  logger.on("error", ignore);

  let files: LogFiles | undefined;
  let failedAt = 0;

  function openFiles(folder: LogFilesOptions): void {
    const opened = openLogFiles(folder, (error) => {
      if (files !== opened) return;
      logger.remove(opened.transport);
      files = undefined;
      failedAt = clock.monotonic();
      say("error", "log files cannot be written, trying again later", {
        error: asRefocusdError(error, "RF_STATE_UNWRITABLE"),
      });
    });
    opened.transport.format = lines(jsonLine);
    files = opened;
    logger.add(opened.transport);
  }

  function reopenFiles(): void {
    if (options.files === null || files !== undefined || clock.monotonic() - failedAt < REOPEN_AFTER) return;
    try {
      openFiles(options.files);
    } catch {
      failedAt = clock.monotonic();
    }
  }

  function say(level: LogLevel, message: string, fields: LogFields): void {
    reopenFiles();
    const entry: LogEntry = { time: clock.now(), level, message, fields };
    logger.log({ level, message, entry });
  }

  if (options.files !== null) openFiles(options.files);

  return {
    ...speakers(say, {}),
    setLevel(level) {
      logger.level = level;
    },
    async close() {
      await new Promise<void>((resolve) => {
        logger.once("finish", resolve);
        logger.end();
      });
      if (files !== undefined) await files.close();
      console.off("error", ignore);
    },
  };
}

function speakers(say: (level: LogLevel, message: string, fields: LogFields) => void, common: LogFields): Log {
  const speaker = (level: LogLevel) => (message: string, fields?: LogFields) =>
    say(level, message, { ...common, ...fields });
  return {
    debug: speaker("debug"),
    info: speaker("info"),
    warn: speaker("warn"),
    error: speaker("error"),
    child: (fields) => speakers(say, { ...common, ...fields }),
  };
}

function lines(toLine: (entry: LogEntry) => string) {
  return winston.format.printf((info) => toLine(info.entry as LogEntry));
}

function lineFor(style: ConsoleStyle, entry: LogEntry): string {
  return style.kind === "journal" ? journalLine(entry) : humanLine(entry, style);
}

function styleOfStderr(): ConsoleStyle {
  const { dev, ino } = fstatSync(2);
  return consoleStyle({ env: process.env, isTTY: process.stderr.isTTY, dev, ino });
}
