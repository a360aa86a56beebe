import { RefocusdError } from "../../errors/refocusd-error.js";
import { readItem } from "../dataset/item-file.js";
import type { Checkpoint } from "../loop/checkpoint.js";
import type { Figures, Task } from "../loop/task.js";
import type { Tf } from "../tfjs.js";
import { setModelWeights } from "../weights.js";

export interface HeldOutFigures {
  /** Rendered items of held-out fields that were measured on; each has several views. */
  readonly items: number;
  readonly figures: Figures;
}

/**
 * What the weights that count are worth on held-out fields alone: half of a pool's validation items show phantoms, which no fold
 * holds out.
 *
 * @param items of a validation pool
 * @throws RF_TRAINING_DATA when none of them shows a field
 */
export async function heldOutFigures(
  tf: Tf,
  task: Task,
  { average }: Pick<Checkpoint, "average">,
  items: readonly string[],
): Promise<HeldOutFigures> {
  const real: string[] = [];
  for (const path of items) if ((await readItem(path)).model !== "phantom") real.push(path);
  if (real.length === 0) {
    throw new RefocusdError(
      "RF_TRAINING_DATA",
      "no validation item shows a held-out field: the work folder was altered",
    );
  }
  const model = task.build(tf);
  try {
    setModelWeights(tf, model, average);
    return { items: real.length, figures: await task.validate(tf, model, real) };
  } finally {
    model.dispose();
  }
}
