import type { Clock } from "../system/clock.js";
import { poolItems } from "./dataset/pool.js";
import type { PoolProcess } from "./pool-process.js";

export interface PoolWorld {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: (event: { readonly kind: "pool"; readonly items: number; readonly needed: number }) => void;
  readonly pool: Pick<PoolProcess, "check" | "stop">;
}

/**
 * Waits until so many items lie in each of the folders that the pool's process fills. Where that ends before, or the signal comes first,
 * it is stopped.
 * @returns false when the signal came first
 * @throws RF_TRAINING_DATA when the process ended by itself
 */
export async function awaitPool(
  wanted: readonly (readonly [folder: string, items: number])[],
  { signal, onEvent, pool, clock }: PoolWorld,
): Promise<boolean> {
  const needed = wanted.reduce((sum, [, items]) => sum + items, 0);
  while (!signal.aborted) {
    let items = 0;
    for (const [folder, most] of wanted) items += Math.min(most, (await poolItems(folder)).length);
    onEvent({ kind: "pool", items, needed });
    if (items === needed) return true;
    try {
      pool.check();
    } catch (error) {
      await pool.stop();
      throw error;
    }
    await clock.sleep(1000, signal);
  }
  await pool.stop();
  return false;
}
