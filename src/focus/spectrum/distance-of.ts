import type { Frame } from "../../frames/frame.js";
import type { ModelDistance } from "../../models/card.js";
import type { Distance } from "../../optics/distance.js";
import { distanceFrom } from "./distance.js";
import { frameFeatures } from "./frame-features.js";

/**
 * |z| of a frame of one channel, as judgeFrame tells it but without judging.
 * @param sampling pixel size · NA / λ; left out where it is not known
 * @returns null below 256 px either way, and for a sampling that was not learnt
 */
export function distanceOf(frame: Frame, part: ModelDistance, sampling?: number): Distance | null {
  const features = frameFeatures(frame, [frame.data]);
  return features && distanceFrom(features, part, sampling);
}
