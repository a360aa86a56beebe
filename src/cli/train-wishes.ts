import type { PlanWishes } from "../train/plan.js";

/** Options of a command line that say what is trained, and how. */
export interface WishOptions {
  readonly architecture?: string;
  readonly recipe?: string;
  readonly loss?: string;
  readonly minutes?: number;
  readonly epochs?: number;
}

export function wishesOf({ architecture, recipe, loss, minutes, epochs }: WishOptions): PlanWishes {
  return {
    ...(architecture !== undefined && { architecture }),
    ...(recipe !== undefined && { recipe }),
    ...(loss !== undefined && { loss }),
    ...(minutes !== undefined && { length: { minutes } }),
    ...(epochs !== undefined && { length: { epochs } }),
  };
}
