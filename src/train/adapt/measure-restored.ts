import { pixelSampling } from "../../frames/depth-of-field.js";
import { readItem } from "../dataset/item-file.js";
import { addNoise, drawNoise } from "../loop/augment.js";
import { eightBitScale, toEightBit } from "../metrics/eight-bit.js";
import { ssim } from "../metrics/ssim.js";
import type { Plane } from "../plane.js";
import { createRandom } from "../random.js";
import type { Restored } from "./restored-score.js";

/** What becomes of a plane in relative intensities, in the same. @param sampling pixel size · NA / λ of the plane, where it is known */
export type Restore = (plane: Plane, sampling: number | undefined) => Promise<Plane>;

/** A network and several that were made from it. */
export interface Compared {
  readonly old: Restore;
  readonly adapted: readonly Restore[];
  /** The microscope is known: each item's sampling is told. */
  readonly knowsSampling: boolean;
}

/**
 * Lets networks restore the same computed frames: every view of every item, with the same camera noise on it and on the focused one.
 * @returns the frames for each of `adapted`
 * @throws the signal's reason when it aborts
 */
export async function measureRestored(
  items: readonly string[],
  { old, adapted, knowsSampling }: Compared,
  signal: AbortSignal,
): Promise<Restored[][]> {
  const measured = adapted.map((): Restored[] => []);
  for (const [k, path] of items.entries()) {
    const item = await readItem(path);
    const { pixelUm, na, wavelengthUm } = item.optics;
    const sampling = knowsSampling ? pixelSampling(pixelUm, na, wavelengthUm) : undefined;
    const noise = drawNoise(createRandom(k));
    const focused = addNoise(item.plane(0), noise);
    const scale = eightBitScale(focused);
    const reference = toEightBit(focused, scale);
    const close = (plane: Plane) => ssim(toEightBit(plane, scale), reference);
    for (const [i, dof] of item.dofs.entries()) {
      if (i === 0) continue;
      signal.throwIfAborted();
      const frame = addNoise(item.plane(i), noise);
      const before = { item: k, dof, asIs: close(frame), old: close(await old(frame, sampling)) };
      for (const [n, restore] of adapted.entries())
        measured[n]!.push({ ...before, adapted: close(await restore(frame, sampling)) });
    }
  }
  return measured;
}
