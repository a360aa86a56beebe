import type { Frame, PixelData } from "../../frames/frame.js";
import { tileStructure } from "../structure.js";
import { spectrumFeatures } from "./features.js";
import { ringPower, SPECTRUM_WINDOW } from "./ring-power.js";

/**
 * The shape of a frame's power spectrum: out of focus it has the dents of the transfer function, whatever the cells look like (the Thon
 * rings of electron microscopy). Of a colour frame, of the channel that shows most.
 * @param planes one for each channel, in counts
 * @returns [48]; null for a frame below 256 px either way
 */
export function frameFeatures(
  { width, height }: Pick<Frame, "width" | "height">,
  planes: readonly PixelData[],
): Float64Array | null {
  const side = Math.min(width, height);
  if (side < SPECTRUM_WINDOW) return null;
  const contrast = (plane: PixelData) => tileStructure(plane, width, { left: 0, top: 0, side }).contrast;
  const plane = planes.length === 1 ? planes[0]! : planes.reduce((a, b) => (contrast(b) > contrast(a) ? b : a));
  return spectrumFeatures(ringPower(plane, width, height));
}
