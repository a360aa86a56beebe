/** Facts that belong to a message: short keys, plain values. An error goes under `error`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What every module that has something to say depends on; how and where it is written is decided by the logger. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with these fields added to every message. */
  child(fields: LogFields): Log;
}

/** Says nothing: for tests, and for commands whose output is their answer. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};
