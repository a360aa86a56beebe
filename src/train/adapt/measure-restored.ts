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
 * Lets two networks restore the same computed frames: every view of every item, with the same camera noise on it and on the focused one.
 * @throws the signal's reason when it aborts
 */
export async function measureRestored(
  items: readonly string[],
  networks: { readonly old: Restore; readonly adapted: Restore },
  signal: AbortSignal,
): Promise<Restored[]> {
  const measured: Restored[] = [];
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
      const [old, adapted] = [close(await networks.old(frame)), close(await networks.adapted(frame))];
      measured.push({ item: k, dof, asIs: close(frame), old, adapted });
    }
  }
  return measured;
}
