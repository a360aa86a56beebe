import type { Optics } from "../../optics/optics.js";
import type { Random } from "../random.js";

/** How finely the pupil is sampled, pixel size · NA / λ: the least and the most that is drawn. */
export const SAMPLINGS = [0.18, 0.55] as const;

/**
 * Optics drawn widely around what phase-contrast microscopes from 10× to 40× are, for training. What the image depends on is
 * pixelUm·na/wavelengthUm (see SAMPLINGS), so the wavelength and the NA are drawn and the
 * pixel size follows.
 */
export function drawOptics(random: Random): Optics {
  const na = random.pick([0.25, 0.3, 0.3, 0.4, 0.45, 0.6]);
  const wavelengthUm = random.between(0.5, 0.62);
  const sampling = random.between(...SAMPLINGS);
  const annulusWidth = random.between(0.04, 0.12);
  return {
    na,
    wavelengthUm,
    pixelUm: (sampling * wavelengthUm) / na,
    annulusRadius: random.between(0.4, 0.75),
    annulusWidth,
    ringWidth: annulusWidth + random.between(0.02, 0.08),
    ringTransmission: random.between(0.08, 0.45),
    ringPhase: -Math.PI / 2 + random.between(-0.25, 0.25),
    sphericalWaves: random.chance(0.5) ? 0 : random.between(-0.25, 0.25),
  };
}

/** Absorption as a share of the phase: living cells are nearly pure phase objects. */
export function drawAbsorption(random: Random): number {
  return random.chance(0.4) ? 0 : random.between(0, 0.12);
}
