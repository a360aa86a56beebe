import type { ModelKind } from "../models/card.js";
import { type ArchitectureName, architectureOf } from "./architectures/index.js";
import { RECONSTRUCTION_LOSSES } from "./losses/reconstruction.js";
import { recipeOf, type TrainingPlan } from "./plan.js";

const COMMON_LIMITS = [
  "Learnt from computed defocus (weak-object and Abbe models of positive phase contrast), never from through-focus stacks of a microscope.",
  "Fluorescence, brightfield, DIC and negative phase contrast were not trained on.",
];

/** What a network is not good for, whatever it was trained on. */
export const LIMITS: Readonly<Record<ModelKind, readonly string[]>> = {
  classifier: [
    ...COMMON_LIMITS,
    "Between 0.35 and 1 DOF unit either answer may come.",
    "A tile without cells says nothing about focus; refocusd leaves such tiles out.",
  ],
  reconstructor: [
    ...COMMON_LIMITS,
    "Beyond 5 DOF units nothing was learnt.",
    "Detail that defocus has removed is filled in from what such cells usually look like: it is not a measurement.",
  ],
};

/** What an example of a training is. */
export function examplesInWords(plan: TrainingPlan): string {
  if (plan.kind === "classifier") {
    const sides = recipeOf(plan).eases ? "first of 92 px, then of 134 px" : "of 134 px";
    const seen =
      architectureOf(plan.architecture).input.sees === "tile"
        ? "structured squares reduced by 1.3 to 4 (going on as in a mirror beyond an item's edges)"
        : "structured windows at native resolution (a quarter reduced by up to 2)";
    return (
      `${seen}, half of them within 0.35 DOF units (λ/NA²) of focus, ` +
      `half at 1 to 5.2; ${sides}; noise, light, contrast, gamma and tint drawn; cross-entropy`
    );
  }
  const isGuided = architectureOf(plan.architecture).input.channels === 2;
  const guide = isGuided
    ? ", beside them what the optics alone make of them, as the frame's spectrum tells of these (of 12 % nothing)"
    : "";
  return (
    `crops of ${cropOf(plan.architecture)} px${guide}, 15 % of them within 0.35 DOF units of focus, the others at 0.35 to 5.2; the same camera noise on both ` +
    `sides, and for 30 % the same gamma or cut-off contrast; loss: ${RECONSTRUCTION_LOSSES[plan.loss!].words}`
  );
}

function cropOf(architecture: ArchitectureName): number {
  return architectureOf(architecture).crop!.train;
}
