import type { Frame, PixelData } from "../../frames/frame.js";
import type { ModelSpectrum } from "../../models/card.js";
import { tileStructure } from "../structure.js";
import { spectrumFeatures } from "./features.js";
import { runLayers } from "./layers.js";
import { ringPower, SPECTRUM_WINDOW } from "./ring-power.js";

/**
 * ln(P(defocused) / P(focused)) of a frame by its power spectrum alone: out of focus it has the dents of the transfer function, whatever the cells look like
 * (the Thon rings of electron microscopy). Of a colour frame, the channel that shows most.
 * @param planes one for each channel, in counts
 * @returns null for a frame below 256 px either way: no opinion
 */
export function spectrumOpinion(
  { width, height }: Pick<Frame, "width" | "height">,
  planes: readonly PixelData[],
  { layers }: Pick<ModelSpectrum, "layers">,
): number | null {
  const side = Math.min(width, height);
  if (side < SPECTRUM_WINDOW) return null;
  const contrast = (plane: PixelData) => tileStructure(plane, width, { left: 0, top: 0, side }).contrast;
  const plane = planes.length === 1 ? planes[0]! : planes.reduce((a, b) => (contrast(b) > contrast(a) ? b : a));
  return runLayers(layers, spectrumFeatures(ringPower(plane, width, height)))[0]!;
}
