export type TrustVerdict = "trusted" | "low-trust";

/** SQL over frames f and reconstructions r: what a reconstruction's trust amounted to by the line that was configured then. */
export const TRUST_VERDICT =
  "CASE WHEN r.trust IS NULL THEN NULL WHEN r.trust < json_extract(f.settings_json, '$.lowTrustBelow') THEN 'low-trust' ELSE 'trusted' END";

/** How far a reconstruction can be believed, in a few words. */
export function trustPhrase(trust: number, verdict: TrustVerdict | null): string {
  return `trust ${trust.toFixed(2)}${verdict === "low-trust" ? ", low-trust" : ""}`;
}
