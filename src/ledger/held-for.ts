import type { Verdict } from "./types.js";

/** What a held frame waits to have written. */
export type HeldFor = "reconstruction" | "extract";

const EXTRACTED = ", to be extracted";

/**
 * In which words the verdict of a frame that is handed back goes into the ledger's log; it is found again when the frame has its turn.
 * @param pDefocused null where no network judged it.
 * @param why what keeps it from being written.
 */
export function heldDetail(verdict: Verdict, pDefocused: number | null, heldFor: HeldFor, why: string): string {
  const probability = pDefocused === null ? "" : ` (P(defocused) ${pDefocused.toFixed(3)})`;
  return `judged ${verdict}${probability}${heldFor === "extract" ? EXTRACTED : ""}; ${why}`;
}

/** What the frame of a detail made by `heldDetail` waits for. */
export function heldFor(detail: string): HeldFor {
  // Before the first semicolon there are only our own words: a folder's name may say anything.
  return detail.split(";", 1)[0]?.endsWith(EXTRACTED) === true ? "extract" : "reconstruction";
}

/** The same in SQL. */
export const HELD_FOR_EXTRACT = `coalesce(substr(error_detail, 1, instr(error_detail, ';') - 1) LIKE '%${EXTRACTED}', 0)`;
