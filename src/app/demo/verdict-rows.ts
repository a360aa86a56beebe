import { basename } from "node:path";
import type { SelectRepository } from "../../ledger/select.js";
import type { Verdict } from "../../ledger/types.js";
import { TRUST_VERDICT, type TrustVerdict } from "../../report/trust-verdict.js";

/** One frame that has come to its end, as the ledger tells. */
export interface VerdictRow {
  readonly file: string;
  readonly path: string;
  /** `null`: it ended without one. */
  readonly verdict: Verdict | null;
  readonly pDefocused: number | null;
  readonly errorCode: string | null;
  readonly reconstruction: string | null;
  readonly trust: number | null;
  readonly trustVerdict: TrustVerdict | null;
  readonly settledMs: number | null;
  readonly finishedMs: number;
}

const SQL = `
  SELECT f.path, f.verdict, f.p_defocused AS pDefocused, f.error_code AS errorCode, r.path AS reconstruction, r.trust,
    ${TRUST_VERDICT} AS trustVerdict,
    f.settled_ms AS settledMs, f.finished_ms AS finishedMs
  FROM frames f LEFT JOIN reconstructions r ON r.frame_id = f.id
  WHERE f.is_current = 1 AND f.finished_ms IS NOT NULL ORDER BY f.finished_ms, f.id`;

export function verdictRows(ledger: SelectRepository): VerdictRow[] {
  return ledger.select<Omit<VerdictRow, "file">>(SQL).map((row) => ({ ...row, file: basename(row.path) }));
}
