/** SQL over frames f and reconstructions r: what a reconstruction's trust amounted to by the line that was configured then. */
export const TRUST_VERDICT =
  "CASE WHEN r.trust IS NULL THEN NULL WHEN r.trust < json_extract(f.settings_json, '$.lowTrustBelow') THEN 'low-trust' ELSE 'trusted' END";
