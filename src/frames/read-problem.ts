import { RefocusdError } from "../errors/refocusd-error.js";

/** Why a file cannot be read on: more may come, it contradicts itself, or it is of a kind or size that refocusd does not read. */
export type ReadProblem =
  | { readonly kind: "incomplete"; readonly why: string }
  | { readonly kind: "damaged"; readonly why: string }
  | { readonly kind: "unsupported"; readonly what: string };

/** The same of a file whose pixels are asked for: RF_UNSUPPORTED_PIXELS or RF_DECODE_FAILED. */
export function problemError(problem: ReadProblem): RefocusdError {
  return problem.kind === "unsupported"
    ? new RefocusdError("RF_UNSUPPORTED_PIXELS", problem.what)
    : new RefocusdError("RF_DECODE_FAILED", problem.why);
}
