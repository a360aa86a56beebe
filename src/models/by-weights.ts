import { RefocusdError } from "../errors/refocusd-error.js";
import type { ModelKind } from "./card.js";
import { foldersText, type InstalledModel, listModels, type ModelFolders } from "./registry.js";

/**
 * The model that has exactly these weights, whatever its name and version are by now.
 * @param what its name and version, for the message
 * @throws RF_MODEL_REPLACED when none in the folder has; RF_MODEL_MISSING when the folder cannot be read
 */
export async function modelByWeights(
  models: ModelFolders,
  kind: ModelKind,
  sha256: string,
  what: string,
): Promise<InstalledModel> {
  const ofKind = (await listModels(models)).filter((model) => model.ok && model.card.kind === kind);
  for (const model of ofKind) if (model.ok && model.card.sha256 === sha256) return model;
  const there = ofKind.map((model) => (model.ok ? `${model.name} ${model.card.version}` : "")).join(", ");
  throw new RefocusdError(
    "RF_MODEL_REPLACED",
    `${what} with SHA-256 ${sha256} is not in ${foldersText(models)}, which has ${there === "" ? `no ${kind}` : there}`,
  );
}

/** Any sound model of a kind, where it does not matter which. @throws RF_MODEL_MISSING */
export async function anyModel(models: ModelFolders, kind: ModelKind): Promise<InstalledModel> {
  for (const model of await listModels(models)) if (model.ok && model.card.kind === kind) return model;
  throw new RefocusdError("RF_MODEL_MISSING", `there is no ${kind} in ${foldersText(models)}`);
}
