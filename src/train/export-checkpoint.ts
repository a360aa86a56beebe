import { architectureOf } from "./architectures/index.js";
import { type SavedModel, saveModel } from "./export/save-model.js";
import type { Checkpoint } from "./loop/checkpoint.js";
import type { TrainingPlan } from "./plan.js";
import type { Tf } from "./tfjs.js";
import { type TrainingFacts, trainingCard } from "./training-card.js";
import { setModelWeights } from "./weights.js";

/**
 * Turns a checkpoint into a model that the daemon can run: the averaged weights in the architecture as it ships (which may fix the
 * input's size where training left it open), exported, checked and written with its card.
 *
 * @param models folder of models
 * @throws RF_MODEL_INVALID
 */
export async function exportCheckpoint(
  tf: Tf,
  plan: TrainingPlan,
  checkpoint: Checkpoint,
  models: string,
  facts: TrainingFacts,
): Promise<SavedModel> {
  const { build, selfTestShape } = architectureOf(checkpoint.architecture);
  const model = build(tf);
  try {
    setModelWeights(tf, model, checkpoint.average);
    const card = trainingCard(plan, checkpoint, model.countParams(), facts);
    return await saveModel(tf, model, models, card, selfTestShape);
  } finally {
    model.dispose();
  }
}
