import type { Engine, LoadedNetwork } from "../engines/engine.js";
import type { ModelCard, ModelSpectrum, Sees } from "../models/card.js";
import type { InstalledModel } from "../models/registry.js";

/** A network that judges frames, and what its card says of how. */
export interface Classifier {
  /** [n, 134, 134, 3] → [n, 2]: P(focused), P(defocused) */
  readonly network: Pick<LoadedNetwork, "run">;
  /** Left out, or without `joint`, the tiles alone decide. */
  readonly spectrum?: ModelSpectrum | undefined;
  /** What of each tile it sees. Left out: a window. */
  readonly sees?: Sees | undefined;
}

/** How a network judges, by its card. */
export function judgingOf({ spectrum, input }: Pick<ModelCard, "spectrum" | "input">): Omit<Classifier, "network"> {
  return { spectrum, sees: input.sees };
}

export async function loadClassifier(
  engine: Engine,
  { directory, card }: InstalledModel,
): Promise<Classifier & { readonly network: LoadedNetwork }> {
  return { network: await engine.load(directory), ...judgingOf(card) };
}
