import { asRefocusdError } from "../errors/refocusd-error.js";

/** What the command's exit code says; see the README. */
export const EXIT = { ok: 0, someFailed: 1, usage: 2, failed: 3 } as const;

const USAGE_CODES: ReadonlySet<string> = new Set(["RF_USAGE", "RF_CONFIG_INVALID", "RF_CONFIG_UNREADABLE"]);

/** Ends the process with what went wrong and what to do about it. */
export function exitWith(thrown: unknown): never {
  const error = asRefocusdError(thrown);
  process.stderr.write(`refocusd: ${error.message}\n  ${error.todo}\n`);
  if (error.code === "RF_INTERNAL" && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ""}\n`);
  process.exit(USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed);
}
