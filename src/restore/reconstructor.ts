import type { Engine, LoadedNetwork } from "../engines/engine.js";
import type { InstalledModel } from "../models/registry.js";

/** A network that brings frames into focus: [1, h, w, channels] → [1, h, w, 1]; h and w are multiples of 32, or its `side`. */
export interface Reconstructor extends Pick<LoadedNetwork, "side" | "run"> {
  /** 1, the frame; or 2, the frame and what the optics alone make of it (consistency/deconvolve.ts). Left out: 1. */
  readonly channels?: number | undefined;
}

/** Loads a model as a reconstructor: what its network takes is in its card. */
export async function loadReconstructor(
  engine: Engine,
  { directory, card }: InstalledModel,
): Promise<LoadedNetwork & Reconstructor> {
  return { ...(await engine.load(directory)), channels: card.input.channels };
}
