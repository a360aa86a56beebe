import type { LoadedNetwork } from "../engines/engine.js";
import { type Frame, pixelData } from "../frames/frame.js";
import { channelStatistics, standardisedChannel } from "../frames/pixels.js";
import { restorePlane } from "./restore-plane.js";

/**
 * Reconstructs a defocused frame with ResUNet: same size, depth and channels, in the same counts (`countsOf`). Each channel goes through
 * the network on its own, standardised by its mean and s.d., which are put back afterwards.
 *
 * @param network [1, h, w, 1] → the same; h and w are multiples of 32, or its `side`
 * @param largest the largest count that may come out, e.g. 4095 for a 12-bit camera
 */
export async function restoreFrame(
  frame: Frame,
  network: LoadedNetwork,
  largest = frame.bitDepth === 8 ? 255 : 65535,
): Promise<Frame> {
  const { width, height, channels, sampleFormat } = frame;
  const out = pixelData(frame, frame.data.length);
  const round = sampleFormat === "float" ? (value: number) => value : Math.round;
  for (const [c, statistics] of channelStatistics(frame).entries()) {
    const data = standardisedChannel(frame, c, statistics);
    const restored = await restorePlane({ width, height, data }, network);
    for (let i = 0; i < restored.length; i++) {
      const value = round(restored[i]! * statistics.sd + statistics.mean);
      out[i * channels + c] = Math.max(0, Math.min(largest, value));
    }
  }
  return { ...frame, data: out };
}
