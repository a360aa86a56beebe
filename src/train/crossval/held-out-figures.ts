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
 * What the weights that count are worth on held-out fields.
 *
 * @param items of the validation pool of a training that is compared
 */
export async function heldOutFigures(
  tf: Tf,
  task: Task,
  { average }: Pick<Checkpoint, "average">,
  items: readonly string[],
): Promise<HeldOutFigures> {
  const model = task.build(tf);
  try {
    setModelWeights(tf, model, average);
    return { items: items.length, figures: await task.validate(tf, model, items) };
  } finally {
    model.dispose();
  }
}
