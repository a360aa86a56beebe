import { CATALOGUE, type ErrorCode } from "../errors/catalogue.js";
import type { AfterFailure } from "../ledger/types.js";

export interface RetryRules {
  /** How often a frame is tried in all. */
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * What becomes of a frame that failed: another attempt, later each time, if the failure may pass by itself and attempts are left.
 *
 * @param attempt the attempt that failed, from 1
 * @param luck 0 to 1, spreads the delay over 75 to 125 %, and never beyond `maxDelayMs`, so that frames that failed together do not come
 * back together
 */
export function afterFailure(
  code: string,
  attempt: number,
  rules: RetryRules,
  now: number,
  luck: number,
): AfterFailure {
  const known = code in CATALOGUE ? CATALOGUE[code as ErrorCode] : CATALOGUE.RF_INTERNAL;
  if (!known.retryable || attempt >= rules.attempts) return { kind: "quarantine" };
  // The spread is made room for before the limit is applied: cut off after it, most frames would meet again at the limit itself.
  const delay = Math.min(rules.maxDelayMs / 1.25, rules.firstDelayMs * 2 ** (attempt - 1));
  return { kind: "retry", notBefore: Math.round(now + delay * (0.75 + 0.5 * luck)) };
}
