import type { Tf } from "../tfjs.js";
import { setModelWeights } from "../weights.js";
import type { Checkpoint } from "./checkpoint.js";
import type { Task } from "./task.js";

/** Adds the validation of a checkpoint's last step, where it is missing: the training went on in another program (scripts/torch). */
export async function validateCheckpoint(
  tf: Tf,
  task: Task,
  checkpoint: Checkpoint,
  items: readonly string[],
): Promise<Checkpoint> {
  const { step, elapsedMs, history } = checkpoint;
  if (history.at(-1)?.step === step || items.length === 0) return checkpoint;
  const model = task.build(tf);
  try {
    setModelWeights(tf, model, checkpoint.average);
    const figures = await task.validate(tf, model, items);
    return { ...checkpoint, history: [...history, { step, minutes: elapsedMs / 60_000, loss: null, figures }] };
  } finally {
    model.dispose();
  }
}
