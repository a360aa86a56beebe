import type { FrameStory } from "../ledger/story.js";
import type { CompanionKind, ModelRef } from "../ledger/types.js";
import { distanceUm } from "../report/distance-text.js";
import type { TrustVerdict } from "../report/trust-verdict.js";
import { trustVerdict } from "./trust-text.js";

/** One frame as `refocusd process --json` prints it: a stable contract for scripts. */
export interface FrameJson {
  readonly source: string;
  /** From 0. */
  readonly page: number;
  readonly state: FrameStory["state"];
  readonly verdict: FrameStory["verdict"];
  /** 0 to 1; null where no network judged the frame. */
  readonly pDefocused: number | null;
  /** What the power spectrum alone says, 0 to 1; null where it was not asked. */
  readonly pSpectrum: number | null;
  /** |z| in DOF units (λ/NA²) by the power spectrum, and the interval that holds it in 68 % of cases; null where no model told it. */
  readonly distanceDof: number | null;
  readonly distanceLowDof: number | null;
  /** 5.2, as for `distanceDof`: that or more. */
  readonly distanceHighDof: number | null;
  /** `distanceDof` in µm; null where the file tells no NA. */
  readonly distanceUm: number | null;
  /** P(defocused) per tile, rows × columns. */
  readonly focusMap: FrameStory["focusMap"];
  /** Path of the reconstructed frame. */
  readonly reconstruction: string | null;
  /** 0 to 1: the SSIM with the frame in focus that is to be expected; null without a reconstruction. */
  readonly trust: number | null;
  /** "low-trust" below the configured line. */
  readonly trustVerdict: TrustVerdict | null;
  /** |z| in DOF units (λ/NA²), estimated from the reconstruction by the optics; null without one. Not `distanceDof`. */
  readonly defocusDof: number | null;
  /** |z| in DOF units of the optics by which the reconstruction was held to its source; null without one, or where it is by the network alone. */
  readonly heldDof: number | null;
  /** Path of the picture of the focus map; null where none was written. */
  readonly focusMapFile: string | null;
  /** Path of the picture that shows where the evidence for the trust lies; null where none was written. */
  readonly trustMapFile: string | null;
  /** Code from the catalogue; see docs/errors.md. */
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly sourceSha256: string | null;
  readonly model: { readonly classifier: ModelRef | null; readonly reconstructor: ModelRef | null };
  /** Milliseconds by step. */
  readonly ms: Readonly<Record<string, number>> | null;
}

export function frameJson(story: FrameStory): FrameJson {
  return {
    source: story.path,
    page: story.page,
    state: story.state,
    verdict: story.verdict,
    pDefocused: story.pDefocused,
    pSpectrum: story.pSpectrum,
    distanceDof: story.distance?.dof ?? null,
    distanceLowDof: story.distance?.low ?? null,
    distanceHighDof: story.distance?.high ?? null,
    distanceUm: story.distance && distanceUm(story.distance.dof, story.acquisition),
    focusMap: story.focusMap,
    reconstruction: story.reconstruction?.path ?? null,
    trust: story.reconstruction?.trust ?? null,
    trustVerdict: trustVerdict(story),
    defocusDof: story.scores?.defocusDof ?? null,
    heldDof: story.scores?.heldDof ?? null,
    focusMapFile: companion(story, "focus-map"),
    trustMapFile: companion(story, "trust-map"),
    errorCode: story.errorCode,
    errorDetail: story.errorDetail,
    sourceSha256: story.sha256,
    model: { classifier: story.classifier, reconstructor: story.reconstructor },
    ms: story.timings,
  };
}

function companion({ companions }: FrameStory, kind: CompanionKind): string | null {
  return companions.find((each) => each.kind === kind)?.path ?? null;
}
