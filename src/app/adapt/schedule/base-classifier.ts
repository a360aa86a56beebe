import { RefocusdError } from "../../../errors/refocusd-error.js";
import { modelByWeights } from "../../../models/by-weights.js";
import { findModel, type InstalledModel, type ModelFolders } from "../../../models/registry.js";

/**
 * The classifier that scheduled adaptations start from: the configured one, or, where that was adapted itself, the one that it was made from
 * in the first place, so that errors do not build up.
 * @throws RF_MODEL_MISSING, RF_MODEL_INVALID, RF_MODEL_REPLACED when an ancestor is not there any more
 */
export async function baseClassifier(models: ModelFolders, configured: string): Promise<InstalledModel> {
  let model = await findModel(models, configured, "classifier");
  const seen = new Set<string>();
  for (let { parent } = model.card; parent !== undefined; parent = model.card.parent) {
    if (seen.has(parent.sha256))
      throw new RefocusdError("RF_MODEL_INVALID", `${configured} is said to be its own ancestor`);
    seen.add(parent.sha256);
    model = await modelByWeights(models, "classifier", parent.sha256, `${parent.name} ${parent.version}`);
  }
  return model;
}
