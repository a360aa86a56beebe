import { fade } from "../edges.js";
import { mapPlane, type Plane, quantile } from "../plane.js";
import type { Random } from "../random.js";

/**
 * A phase object that a phase-contrast microscope would show about like this, rad: the contrast (background − I)/background, scaled so
 * that its strongest parts (99.5 %) are 0.3 to 1.1 rad, and faded to 0 towards the edges.
 */
export function phaseFromContrast(contrast: Plane, random: Random, margin: number): Plane {
  const strongest = Math.max(1e-3, quantile(contrast.data.map(Math.abs), 0.995));
  const scale = random.between(0.3, 1.1) / strongest;
  return fade(
    mapPlane(contrast, (value) => value * scale),
    0,
    margin,
  );
}
