import { CATALOGUE, type ErrorCode } from "./catalogue.js";

/** The only error type that crosses a module boundary: a code from the catalogue and what it happened to. */
export class RefocusdError extends Error {
  readonly code: ErrorCode;

  /** @param detail the particulars of this one case: which file, which value, what the system said. */
  constructor(code: ErrorCode, detail: string, options?: { cause?: unknown }) {
    super(`${code}: ${CATALOGUE[code].what} (${detail})`, options);
    this.name = "RefocusdError";
    this.code = code;
    this.detail = detail;
  }

  readonly detail: string;

  get retryable(): boolean {
    return CATALOGUE[this.code].retryable;
  }

  /** What the operator can do about it. */
  get todo(): string {
    return CATALOGUE[this.code].todo;
  }
}

/** Wraps whatever was thrown, so that callers always have a code. */
export function asRefocusdError(thrown: unknown, code: ErrorCode = "RF_INTERNAL"): RefocusdError {
  if (thrown instanceof RefocusdError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new RefocusdError(code, detail, { cause: thrown });
}
