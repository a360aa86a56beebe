import { depthOfFieldUm, wavelengthUm } from "../frames/depth-of-field.js";
import type { FrameStory } from "../ledger/story.js";
import type { TrustVerdict } from "../report/trust-verdict.js";

type Judged = Pick<FrameStory, "reconstruction" | "settings" | "scores" | "acquisition">;
type WithTrust = { readonly reconstruction: { readonly trust: number | null } | null } & Pick<FrameStory, "settings">;

/** Null without a reconstruction, or where its trust was not estimated. */
export function trustVerdict({ reconstruction, settings }: WithTrust): TrustVerdict | null {
  const trust = reconstruction?.trust ?? null;
  const below = settings?.lowTrustBelow;
  if (trust === null || below === undefined) return null;
  return trust < below ? "low-trust" : "trusted";
}

/** What `explain` says of how a reconstruction was held to its source. */
export function heldRows({
  reconstruction,
  scores,
  acquisition,
}: Judged): readonly (readonly [label: string, value: string])[] {
  if (reconstruction === null) return [];
  const { heldDof, heldAnnulus, heldSpherical } = scores ?? {};
  if (typeof heldDof !== "number") return [["held to source", "no: it is by the network alone"]];
  return [
    ["held to source", `by optics ${heldDof} DOF units${inMicrometres(heldDof, acquisition)} out of focus, either way`],
    ["", `annulus at ${heldAnnulus} of the NA, spherical aberration ${heldSpherical} waves`],
  ];
}

/** What `explain` says about how far a reconstruction can be believed, and why. */
export function trustRows(story: Judged): readonly (readonly [label: string, value: string])[] {
  const { reconstruction, settings, scores, acquisition } = story;
  const trust = reconstruction?.trust ?? null;
  if (reconstruction === null) return [];
  if (trust === null) return [["trust", "not estimated"]];
  const verdict = trustVerdict(story);
  const line = verdict === null ? "" : `  ${verdict} (low-trust below ${settings?.lowTrustBelow})`;
  const rows: [string, string][] = [
    ["trust", `${trust.toFixed(3)}${line}: the SSIM with the frame in focus that is to be expected`],
  ];
  const { disagreement, unexplained, strangeness, defocusDof, heldDof } = scores ?? {};
  const isHeld = typeof heldDof === "number";
  const known = [
    percent(disagreement, "of its variance changes when the frame is turned round"),
    percent(
      unexplained,
      isHeld
        ? "of the source was left unexplained by the network alone"
        : "of the source stays unexplained when it is put out of focus again",
    ),
    typeof strangeness === "number"
      ? `${strangeness.toFixed(1)} from what the network was trained on (usual: 1 to 4)`
      : undefined,
  ].filter((part) => part !== undefined);
  if (known.length > 0) rows.push(["", known.join("; ")]);
  if (!isHeld && typeof defocusDof === "number")
    rows.push([
      "defocus",
      `about ${defocusDof} DOF units${inMicrometres(defocusDof, acquisition)}, either way, as the reconstruction explains its source`,
    ]);
  return rows;
}

function percent(share: number | null | undefined, what: string): string | undefined {
  return typeof share === "number" ? `${(100 * share).toFixed(1)} % ${what}` : undefined;
}

function inMicrometres(dof: number, acquisition: Judged["acquisition"]): string {
  const na = acquisition?.na ?? null;
  if (na === null) return "";
  const um = dof * depthOfFieldUm(na, wavelengthUm(acquisition?.emissionNm));
  return ` (${um.toFixed(1)} µm)`;
}
