import type { LoadedNetwork } from "../engines/engine.js";
import { type Frame, pixelData } from "../frames/frame.js";
import { channelStatistics, standardisedChannel } from "../frames/pixels.js";
import type { Distance } from "../optics/distance.js";
import type { Gains } from "./consistency/gains.js";
import { type HeldBy, holdToSource } from "./consistency/hold-to-source.js";
import { restorePlane } from "./restore-plane.js";

export interface RestoreOptions {
  /** The largest count that may come out, e.g. 4095 for a 12-bit camera. */
  readonly largest?: number | undefined;
  /** Of the frame from focus, by its power spectrum: with it the reconstruction is held to its source, where that is possible. */
  readonly distance?: Distance | null | undefined;
  /** Pixel size · NA / λ of the frame, where it is known. */
  readonly sampling?: number | undefined;
}

/** A frame brought into focus. */
export interface Restored {
  readonly frame: Frame;
  /** What the network alone makes of it: `frame` itself where that was not held to the source. */
  readonly byNetwork: Frame;
  /** By which optics it was held to its source; of a colour frame, those of the channel that the network explained worst. */
  readonly heldBy: HeldBy | null;
  /** Of each channel; `undefined` where that is by the network alone. */
  readonly gains: readonly (Gains | undefined)[];
}

/**
 * Reconstructs a defocused frame: same size, depth and channels, in the same counts (`countsOf`). Each channel goes through the network
 * (ResUNet) on its own, standardised by its mean and s.d., which are put back afterwards; what comes out is held to the source by the optics.
 *
 * @param network [1, h, w, 1] → the same; h and w are multiples of 32, or its `side`
 */
export async function restoreFrame(
  frame: Frame,
  network: LoadedNetwork,
  { largest = frame.bitDepth === 8 ? 255 : 65535, distance, sampling }: RestoreOptions = {},
): Promise<Restored> {
  const { width, height, channels, sampleFormat } = frame;
  const round = sampleFormat === "float" ? (value: number) => value : Math.round;
  const alone = pixelData(frame, frame.data.length);
  const out = distance ? pixelData(frame, frame.data.length) : alone;
  let heldBy: HeldBy | null = null;
  const gains: (Gains | undefined)[] = [];
  for (const [c, { mean, sd }] of channelStatistics(frame).entries()) {
    const put = (to: Frame["data"], data: Float32Array) => {
      for (let i = 0; i < data.length; i++)
        to[i * channels + c] = Math.max(0, Math.min(largest, round(data[i]! * sd + mean)));
    };
    const source = { width, height, data: standardisedChannel(frame, c, { mean, sd }) };
    const restored = await restorePlane(source, network);
    put(alone, restored);
    const held = distance ? holdToSource(source, restored, distance, sampling) : undefined;
    gains.push(held?.gains);
    if (!distance) continue;
    put(out, held?.data ?? restored);
    if (held && (heldBy === null || held.heldBy.unexplained > heldBy.unexplained)) heldBy = held.heldBy;
  }
  const byNetwork = { ...frame, data: alone };
  return { frame: heldBy === null ? byNetwork : { ...frame, data: out }, byNetwork, heldBy, gains };
}
