import { distanceFrom } from "../src/focus/spectrum/distance.js";
import { frameFeatures } from "../src/focus/spectrum/frame-features.js";
import type { Frame } from "../src/frames/frame.js";
import type { ModelDistance } from "../src/models/card.js";
import type { Distance } from "../src/optics/distance.js";

/** |z| of a frame of one channel, as it is judged. */
export function distanceOf(frame: Frame, part: ModelDistance, sampling?: number): Distance | null {
  const features = frameFeatures(frame, [frame.data]);
  return features && distanceFrom(features, part, sampling);
}
