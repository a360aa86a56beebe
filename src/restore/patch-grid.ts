/** Sides that the network takes are multiples of this: it halves them five times. */
export const MULTIPLE = 32;
/** Pixels around a patch that it sees beside its own: cells that blur into it from outside. */
export const HALO = 96;
/** Mirrored pixels around a frame that goes through in one piece, at least. */
const EDGE = 8;
/** Side of a patch's own part. With its halo 1792 px: a 1608-px frame goes through whole, in 0.6 GB. */
export const CORE = 1600;

/** A stretch of one axis: what is read, and which part of it is kept. */
export interface Stretch {
  /** First pixel that is read; below 0 it lies in the mirror. */
  readonly from: number;
  readonly length: number;
  /** Kept: [keepFrom, keepTo) in pixels of the frame. */
  readonly keepFrom: number;
  readonly keepTo: number;
}

/**
 * Cuts an axis of `length` pixels into stretches whose kept parts join without overlap; each is read with a halo, and
 * its length is a multiple of 32. The network has no normalisation over the patch, so the joint is as exact as the halo is wide.
 */
export function stretches(length: number, core = CORE, halo = HALO): Stretch[] {
  const isOne = length <= core + 2 * halo;
  const count = isOne ? 1 : Math.ceil(length / core);
  // A single patch has no neighbours to see, only a mirror: a few pixels of it keep the edge from being special.
  const margin = isOne ? EDGE : halo;
  const own = Math.ceil(length / count);
  return Array.from({ length: count }, (_, k) => {
    const keepFrom = k * own;
    const keepTo = Math.min(length, keepFrom + own);
    const read = Math.ceil((keepTo - keepFrom + 2 * margin) / MULTIPLE) * MULTIPLE;
    return { from: keepFrom - Math.floor((read - keepTo + keepFrom) / 2), length: read, keepFrom, keepTo };
  });
}

/** Index into an axis of `length` pixels that goes on beyond both ends as in a mirror. */
export function mirrored(index: number, length: number): number {
  const period = 2 * length;
  const k = ((index % period) + period) % period;
  return k < length ? k : period - 1 - k;
}
