import { basename } from "node:path";
import type { ModelRef } from "../../ledger/types.js";

export interface Provenance {
  readonly version: string;
  readonly model: ModelRef;
  readonly classifier: ModelRef;
  readonly source: string;
  readonly page: number;
  readonly sourceSha256: string;
  readonly pDefocused: number | null;
  readonly trust: number | null;
  readonly lowTrustBelow: number;
}

/**
 * What stands in the file itself, so that a reconstruction that was copied away from its ledger still says what it is. No time of
 * day: the same source and model give the same bytes, whenever and however often.
 */
export function describeReconstruction(p: Provenance): string {
  return [
    "RECONSTRUCTED=true",
    "note=RECONSTRUCTED by refocusd from a defocused frame: computed, not measured",
    `software=refocusd ${p.version}`,
    `model=${p.model.name} ${p.model.version}`,
    `modelSha256=${p.model.sha256}`,
    `source=${basename(p.source).replaceAll(/\p{Cc}/gu, "?")}`,
    `sourcePage=${p.page}`,
    `sourceSha256=${p.sourceSha256}`,
    `classifier=${p.classifier.name} ${p.classifier.version}`,
    `pDefocused=${p.pDefocused === null ? "none" : p.pDefocused.toFixed(4)}`,
    `trust=${p.trust === null ? "none" : p.trust.toFixed(4)}`,
    ...(p.trust !== null && p.trust < p.lowTrustBelow ? ["trustVerdict=low-trust"] : []),
    "",
  ].join("\n");
}
