import { judgeFrame, LEAST_SIDE } from "../focus/judge-frame.js";
import type { Frame } from "../frames/frame.js";
import { shrink } from "../frames/thumbnails.js";
import { frameOf } from "../train/dataset/defocused-frame.js";
import { cropPlane } from "../train/plane.js";
import { type JudgeNetworks, planeOf, THRESHOLDS } from "./measure-frame.js";

/** How a frame was made smaller before it was judged: its middle alone, or all of it with fewer pixels (means of boxes). */
export interface Smaller {
  readonly by: "cropping" | "resizing";
  /** The longer side that is left, px. */
  readonly side: number;
}

export const SMALLER: readonly Smaller[] = [
  { by: "cropping", side: 536 },
  { by: "cropping", side: 268 },
  { by: "cropping", side: 134 },
  { by: "resizing", side: 536 },
  { by: "resizing", side: 268 },
  { by: "resizing", side: 134 },
];

/** P(defocused) of a frame after it was made smaller; null where it shows nothing any more. */
export interface JudgedSmaller extends Smaller {
  readonly defocused: boolean;
  readonly pDefocused: number | null;
}

/** Judges the frame at every smaller size that is smaller than it is (paper Fig. 3). */
export async function judgeSmaller(
  frame: Frame,
  defocused: boolean,
  networks: JudgeNetworks,
): Promise<JudgedSmaller[]> {
  const judged: JudgedSmaller[] = [];
  for (const how of SMALLER) {
    if (how.side >= Math.max(frame.width, frame.height)) continue;
    const small = how.by === "cropping" ? middle(frame, how.side) : resized(frame, how.side);
    if (Math.min(small.width, small.height) < LEAST_SIDE) continue;
    const { pDefocused } = await judgeFrame(small, networks.classifier, THRESHOLDS);
    judged.push({ ...how, defocused, pDefocused });
  }
  return judged;
}

function middle(frame: Frame, most: number): Frame {
  const [width, height] = [Math.min(most, frame.width), Math.min(most, frame.height)];
  const [left, top] = [(frame.width - width) >> 1, (frame.height - height) >> 1];
  return frameOf(cropPlane(planeOf(frame), left, top, width, height), frame.bitDepth === 8 ? 8 : 16);
}

function resized(frame: Frame, side: number): Frame {
  const { width, height, values } = shrink(frame, side);
  return frameOf({ width, height, data: Float32Array.from(values) }, frame.bitDepth === 8 ? 8 : 16);
}
