import { isLearnt, LEARNT_SAMPLINGS } from "../focus/spectrum/distance.js";
import { pixelSampling, wavelengthUm } from "../frames/depth-of-field.js";
import type { FrameStory } from "../ledger/story.js";
import { distancePhrase } from "../report/distance-text.js";

type Told = Pick<FrameStory, "distance" | "pSpectrum" | "acquisition">;

/**
 * How far out of focus a frame is by its power spectrum, for `explain`; its row `defocus` is what the trust of a reconstruction says of the same.
 * @returns null where there is nothing to say
 */
export function distanceText({ distance, pSpectrum, acquisition }: Told): string | null {
  const na = acquisition?.na ?? null;
  if (distance !== null) {
    const by = na === null ? "the file tells no NA, so no µm" : `NA ${na} by the file`;
    return `${distancePhrase(distance, acquisition)}, either way, by the power spectrum; ${by}`;
  }
  const pixelUm = acquisition?.pixelSizeUm ?? null;
  if (pSpectrum === null || na === null || pixelUm === null) return null;
  const sampling = pixelSampling(pixelUm, na, wavelengthUm(acquisition?.emissionNm));
  if (isLearnt(sampling)) return null;
  return `not told: ${sampling.toFixed(2)} px·NA/λ is outside of what was learnt, ${LEARNT_SAMPLINGS.join(" to ")}`;
}
