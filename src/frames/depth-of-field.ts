/** Green, as phase contrast is usually lit, and what the models were trained on (0.5 to 0.62 µm). */
export const USUAL_WAVELENGTH_UM = 0.55;

/** Of the light that made a frame, µm: what the file tells (nm), else the usual. */
export function wavelengthUm(emissionNm: number | null | undefined): number {
  return emissionNm == null ? USUAL_WAVELENGTH_UM : emissionNm / 1000;
}

/** The depth of field λ/NA² in micrometres: one DOF unit. */
export function depthOfFieldUm(na: number, wavelengthUm: number): number {
  return wavelengthUm / na ** 2;
}

/** Pixel size in units of λ/NA. The objective passes frequencies up to 2 NA/λ, for which pixels must not exceed 0.25. */
export function pixelSampling(pixelSizeUm: number, na: number, wavelengthUm: number): number {
  return (pixelSizeUm * na) / wavelengthUm;
}

export const FINEST_SAMPLING = 0.25;
