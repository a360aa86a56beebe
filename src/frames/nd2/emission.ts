import { type Level, levelAt, levelsIn, numberAt } from "./variant.js";

/**
 * The emission wavelength of a plane in nanometres: of its fluorescent probe, else of its filter. A spectrum of one point is a line, one of
 * two the edges of a band, of which the middle is taken; more tell no single wavelength.
 */
export function emissionNm(plane: Level | undefined): number | undefined {
  const filters = levelsIn(levelAt(plane, "pFilterPath", "m_pFilter"));
  for (const part of [levelAt(plane, "pFluorescentProbe"), ...filters]) {
    const points = levelsIn(levelAt(part, "m_EmissionSpectrum", "pPoint"))
      .map((point) => numberAt(point, "dWavelength") ?? 0)
      .filter((nm) => nm >= 200 && nm <= 2000);
    if (points.length === 1 || points.length === 2) return points.reduce((a, b) => a + b, 0) / points.length;
  }
  return undefined;
}
