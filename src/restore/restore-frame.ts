import { type Frame, type PixelData, pixelData } from "../frames/frame.js";
import { channelStatistics, standardisedChannel } from "../frames/pixels.js";
import type { Distance } from "../optics/distance.js";
import { deconvolve } from "./consistency/deconvolve.js";
import type { Gains } from "./consistency/gains.js";
import { type HeldBy, holdToSource } from "./consistency/hold-to-source.js";
import { opticsOf, type SourceOptics } from "./consistency/source-optics.js";
import type { Reconstructor } from "./reconstructor.js";
import { restorePlane } from "./restore-plane.js";

export interface RestoreOptions {
  /** The largest count that may come out, e.g. 4095 for a 12-bit camera. */
  readonly largest?: number | undefined;
  /** Of the frame from focus, by its power spectrum: with it the optics are looked for, and the reconstruction is held to its source by them. */
  readonly distance?: Distance | null | undefined;
  /** Pixel size · NA / λ of the frame, where it is known. */
  readonly sampling?: number | undefined;
  /** The optics and what they alone make of the frame, where that is known already: of what was restored before. */
  readonly known?: Pick<Restored, "optics" | "guides"> | undefined;
  /** `false`: the optics only make of the frame what the network takes. */
  readonly hold?: boolean | undefined;
}

/** A frame brought into focus. */
export interface Restored {
  readonly frame: Frame;
  /** What the network alone makes of it: `frame` itself where that was not held to the source. */
  readonly byNetwork: Frame;
  /** Of each channel; `undefined` where nothing is known of them. */
  readonly optics: readonly (SourceOptics | undefined)[];
  /** What the optics alone make of each channel, standardised as it is; `undefined` where the network does not take that, or it is not known. */
  readonly guides: readonly (Float32Array | undefined)[];
  /** By which optics it was held to its source; of a colour frame, those of the channel that the network explained worst. */
  readonly heldBy: HeldBy | null;
  /** Of each channel; `undefined` where that is by the network alone. */
  readonly gains: readonly (Gains | undefined)[];
}

/**
 * Reconstructs a defocused frame: same size, depth and channels, in the same counts (`countsOf`). Each channel goes on its own, standardised
 * by its mean and s.d., which are put back afterwards: through the network (ResUNet), guided by what the optics alone make of it if it takes that,
 * and what comes out is held to the source by the optics.
 */
export async function restoreFrame(
  frame: Frame,
  network: Reconstructor,
  options: RestoreOptions = {},
): Promise<Restored> {
  const { width, height, channels, sampleFormat } = frame;
  const { largest = frame.bitDepth === 8 ? 255 : 65535, distance, sampling, known, hold = true } = options;
  const alone = pixelData(frame, frame.data.length);
  // What is held nowhere is what the network alone makes of it.
  const out = hold && (known ?? distance) ? pixelData(frame, frame.data.length) : alone;
  let heldBy: HeldBy | null = null;
  const optics: (SourceOptics | undefined)[] = [];
  const guides: (Float32Array | undefined)[] = [];
  const gains: (Gains | undefined)[] = [];
  for (const [c, { mean, sd }] of channelStatistics(frame).entries()) {
    const counts = { mean, sd, largest, channel: c, channels, isFloat: sampleFormat === "float" };
    const source = { width, height, data: standardisedChannel(frame, c, { mean, sd }) };
    const own = known ? known.optics[c] : distance ? opticsOf(source, distance, sampling) : undefined;
    const guide = known?.guides[c] ?? (own && network.channels === 2 ? deconvolve(source, own) : undefined);
    const restored = await restorePlane(source, network, guide);
    put(alone, restored, counts);
    const held = own && hold ? holdToSource(source, restored, own, guide !== undefined) : undefined;
    if (out !== alone) put(out, held?.data ?? restored, counts);
    optics.push(own);
    guides.push(guide);
    gains.push(held?.gains);
    if (held && (heldBy === null || held.heldBy.unexplained > heldBy.unexplained)) heldBy = held.heldBy;
  }
  const byNetwork = { ...frame, data: alone };
  return { frame: heldBy === null ? byNetwork : { ...frame, data: out }, byNetwork, optics, guides, heldBy, gains };
}

interface Counts {
  readonly mean: number;
  readonly sd: number;
  readonly largest: number;
  readonly channel: number;
  readonly channels: number;
  readonly isFloat: boolean;
}

/** A standardised channel as counts, among the others. */
function put(to: PixelData, plane: Float32Array, { mean, sd, largest, channel, channels, isFloat }: Counts): void {
  // To the nearest: what is stored as an integer is cut off. `Math.round` took several times as long.
  const add = isFloat ? 0 : 0.5;
  for (let i = 0, at = channel; i < plane.length; i++, at += channels) {
    const value = plane[i]! * sd + mean;
    to[at] = value <= 0 ? 0 : value >= largest ? largest : value + add;
  }
}
