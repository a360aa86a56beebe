import { FARTHEST_DOF } from "../focus/spectrum/distance.js";
import { depthOfFieldUm, wavelengthUm } from "../frames/depth-of-field.js";
import type { DistanceFacts } from "../ledger/types.js";

/** What a file tells of its optics; without an NA, DOF units cannot be told in micrometres. */
export interface KnownOptics {
  readonly na: number | null;
  readonly emissionNm: number | null;
}

/** A distance from focus in words: "about 2.1 DOF units (1.8 to 2.4), 13 µm". */
export function distancePhrase({ dof, low, high }: DistanceFacts, optics: KnownOptics | null): string {
  const isFarthest = dof >= FARTHEST_DOF;
  const until = high >= FARTHEST_DOF ? `${FARTHEST_DOF} or more` : high.toFixed(1);
  const about = isFarthest ? `${FARTHEST_DOF} DOF units or more` : `about ${dof.toFixed(1)} DOF units`;
  const um = distanceUm(dof, optics);
  const length = um === null ? "" : `, ${um < 10 ? um.toFixed(1) : um.toFixed(0)} µm${isFarthest ? " or more" : ""}`;
  return `${about} (${low.toFixed(1)} to ${until})${length}`;
}

/** µm; null where the file tells no NA. */
export function distanceUm(dof: number, optics: KnownOptics | null): number | null {
  if (optics === null || optics.na === null) return null;
  return dof * depthOfFieldUm(optics.na, wavelengthUm(optics.emissionNm));
}
