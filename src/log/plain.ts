import { CATALOGUE } from "../errors/catalogue.js";
import { RefocusdError } from "../errors/refocusd-error.js";

// Deeper than any field of ours; a structure that goes on beyond it is not meant to be read in a log.
const MAX_DEPTH = 6;

/** Any value as JSON can hold it: errors with what an operator needs, big integers and loops as text. Never throws. */
export function plain(value: unknown, depth = 0, around: readonly unknown[] = []): unknown {
  if (typeof value === "bigint" || typeof value === "symbol" || typeof value === "function") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (around.includes(value)) return "[circular]";
  if (depth >= MAX_DEPTH) return "[…]";
  const within = [...around, value];
  if (value instanceof Error) return plainError(value, depth, within);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Set) return plain([...value], depth, around);
  if (value instanceof Map) return plain(Object.fromEntries(value), depth, around);
  if (Array.isArray(value)) return value.map((inner) => plain(inner, depth + 1, within));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, depth + 1, within)]));
}

function plainError(error: Error, depth: number, within: readonly unknown[]): Record<string, unknown> {
  const cause = error.cause === undefined ? {} : { cause: plain(error.cause, depth + 1, within) };
  if (error instanceof RefocusdError) {
    const { code, detail, todo, retryable, stack } = error;
    return { code, what: CATALOGUE[code].what, detail, todo, retryable, ...cause, stack };
  }
  const code = (error as NodeJS.ErrnoException).code;
  return { name: error.name, ...(code && { code }), message: error.message, ...cause, stack: error.stack };
}
