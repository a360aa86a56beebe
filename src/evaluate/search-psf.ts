import { cropMirrored } from "../train/edges.js";
import { eightBitScale, toEightBit } from "../train/metrics/eight-bit.js";
import { cropPlane, type Plane } from "../train/plane.js";
import { type Closeness, closeness } from "./measure-frame.js";
import { type Psf, richardsonLucy } from "./richardson-lucy.js";

/** What is deconvolved: the middle of the frame, with a margin that is thrown away, since the FFT wraps around. */
const SIDE = 320;
const MARGIN = 32;
export const COMPARED_SIDE = SIDE - 2 * MARGIN;

/** The smallest one hardly changes a frame, so that the search can choose to do next to nothing. */
export const PSFS: readonly Psf[] = [
  ...[0.6, 1, 1.5, 2, 3, 4].map((size): Psf => ({ shape: "gaussian", size })),
  ...[1.5, 2.5, 4, 6].map((size): Psf => ({ shape: "disc", size })),
];
export const ITERATIONS = [5, 15] as const;

export interface Deconvolved {
  readonly psf: Psf;
  readonly iterations: number;
  readonly closeness: Closeness;
  /** COMPARED_SIDE px square, in counts. */
  readonly plane: Plane;
}

/**
 * Richardson-Lucy by every point spread function of the family and every number of iterations; the one whose result has the best SSIM to the
 * focused frame. That frame is not known at the microscope: the choice favours Richardson-Lucy.
 */
export function searchPsf(frame: Plane, reference: Plane): Deconvolved {
  const left = Math.floor((frame.width - SIDE) / 2);
  const top = Math.floor((frame.height - SIDE) / 2);
  const field = cropMirrored(frame, left, top, SIDE);
  const scale = eightBitScale(reference);
  const focused = toEightBit(compared(reference), scale);
  let best: Deconvolved | undefined;
  for (const psf of PSFS) {
    for (const [k, result] of richardsonLucy(field, psf, ITERATIONS).entries()) {
      const plane = cropPlane(result, MARGIN, MARGIN, COMPARED_SIDE, COMPARED_SIDE);
      const found = closeness(toEightBit(plane, scale), focused);
      if (!best || found.ssim > best.closeness.ssim)
        best = { psf, iterations: ITERATIONS[k]!, closeness: found, plane };
    }
  }
  return best!;
}

/** The part of a frame that is compared: its middle. */
export function compared(plane: Plane): Plane {
  const left = Math.floor((plane.width - SIDE) / 2) + MARGIN;
  return cropMirrored(plane, left, Math.floor((plane.height - SIDE) / 2) + MARGIN, COMPARED_SIDE);
}
