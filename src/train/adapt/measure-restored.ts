import { readItem } from "../dataset/item-file.js";
import { addNoise, drawNoise } from "../loop/augment.js";
import { eightBitScale, toEightBit } from "../metrics/eight-bit.js";
import { ssim } from "../metrics/ssim.js";
import type { Plane } from "../plane.js";
import { createRandom } from "../random.js";
import type { Restored } from "./restored-score.js";

/** What a network makes of a plane in relative intensities, in the same. */
export type Restore = (plane: Plane) => Promise<Plane>;

/**
 * Lets a network and several that were made from it restore the same computed frames: every view of every item, with the same camera noise on it and on the focused one.
 * @returns the frames for each of `adapted`
 * @throws the signal's reason when it aborts
 */
export async function measureRestored(
  items: readonly string[],
  networks: { readonly old: Restore; readonly adapted: readonly Restore[] },
  signal: AbortSignal,
): Promise<Restored[][]> {
  const measured = networks.adapted.map((): Restored[] => []);
  for (const [k, path] of items.entries()) {
    const item = await readItem(path);
    const noise = drawNoise(createRandom(k));
    const focused = addNoise(item.plane(0), noise);
    const scale = eightBitScale(focused);
    const reference = toEightBit(focused, scale);
    const close = (plane: Plane) => ssim(toEightBit(plane, scale), reference);
    for (const [i, dof] of item.dofs.entries()) {
      if (i === 0) continue;
      signal.throwIfAborted();
      const frame = addNoise(item.plane(i), noise);
      const [asIs, old] = [close(frame), close(await networks.old(frame))];
      for (const [n, restore] of networks.adapted.entries())
        measured[n]!.push({ item: k, dof, asIs, old, adapted: close(await restore(frame)) });
    }
  }
  return measured;
}
