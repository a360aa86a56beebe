import { RefocusdError } from "../errors/refocusd-error.js";
import type { ModelKind } from "../models/card.js";
import { type ArchitectureName, architectureNames, architectureOf } from "./architectures/index.js";
import type { TrainingChoices } from "./loop/checkpoint.js";
import { classifierTask } from "./loop/classifier-task.js";
import { reconstructorTask } from "./loop/reconstructor-task.js";
import type { Task } from "./loop/task.js";
import { LOSS_NAMES, type LossName } from "./losses/reconstruction.js";
import { type Length, RECIPE_NAMES, RECIPES, type Recipe, type RecipeName } from "./recipes.js";

/** What is trained and how: four choices that do not depend on each other but for the kind. */
export interface TrainingPlan {
  readonly kind: ModelKind;
  readonly architecture: ArchitectureName;
  readonly recipe: RecipeName;
  /** Of a reconstructor. */
  readonly loss?: LossName;
  readonly length: Length;
}

/** What a command line may leave open. */
export interface PlanWishes {
  readonly architecture?: string;
  readonly recipe?: string;
  readonly loss?: string;
  readonly length?: Length;
}

/** What is trained where nothing else is asked for. */
export const DEFAULT_ARCHITECTURE: Readonly<Record<ModelKind, ArchitectureName>> = {
  classifier: "sdcnn",
  reconstructor: "resunet-guided",
};

/**
 * @param saved the choices of the training that goes on: they stay as they are, but for its length
 * @throws RF_USAGE for a choice that there is not, or another one than that of the training that goes on
 */
export function trainingPlan(kind: ModelKind, wishes: PlanWishes, saved?: TrainingChoices): TrainingPlan {
  const fixed = saved && { recipe: saved.recipe, ...(saved.loss !== undefined && { loss: saved.loss }) };
  for (const [what, value] of Object.entries(fixed ?? {})) {
    const wish = wishes[what as "recipe" | "loss"];
    if (wish !== undefined && wish !== value)
      throw new RefocusdError("RF_USAGE", `the training in the work folder has the ${what} ${value}, not ${wish}`);
  }
  const architecture = oneOf(
    "architecture",
    wishes.architecture ?? DEFAULT_ARCHITECTURE[kind],
    architectureNames(kind),
    kind,
  );
  const available = RECIPE_NAMES.filter((name) => RECIPES[kind][name] !== undefined);
  const recipe = oneOf("recipe", saved?.recipe ?? wishes.recipe ?? "ours", available, kind);
  const { draw, length, loss } = RECIPES[kind][recipe]!;
  const wished = wishes.length ?? saved?.length ?? length;
  if ("epochs" in wished && draw !== "passes")
    throw new RefocusdError("RF_USAGE", `the recipe ${recipe} draws at random and knows no epochs: give --minutes`);
  if (kind === "classifier") {
    if (wishes.loss !== undefined) throw new RefocusdError("RF_USAGE", "a classifier's loss is its cross-entropy");
    return { kind, architecture, recipe, length: wished };
  }
  return {
    kind,
    architecture,
    recipe,
    loss: oneOf("loss", saved?.loss ?? wishes.loss ?? loss!, LOSS_NAMES, kind),
    length: wished,
  };
}

export function recipeOf({ kind, recipe }: Pick<TrainingPlan, "kind" | "recipe">): Recipe {
  return RECIPES[kind][recipe]!;
}

/** What the loop is to do. */
export function taskOf(plan: TrainingPlan): Task {
  const { kind, architecture, loss } = plan;
  const { buildForTraining, build, crop, input } = architectureOf(architecture);
  const network = { architecture, build: buildForTraining ?? build };
  const { batch, eases = false } = recipeOf(plan);
  return kind === "classifier"
    ? classifierTask({ ...network, eases, sees: input.sees, ...(batch !== undefined && { batch }) })
    : reconstructorTask({
        ...network,
        crop: crop!,
        loss: loss!,
        guided: input.channels === 2,
        ...(batch !== undefined && { batch }),
      });
}

/** What goes into the checkpoint. */
export function choicesOf({ recipe, loss, length }: TrainingPlan) {
  return { recipe, length, ...(loss !== undefined && { loss }) };
}

function oneOf<T extends string>(what: string, value: string, known: readonly T[], kind: ModelKind): T {
  const found = known.find((name) => name === value);
  if (found === undefined)
    throw new RefocusdError("RF_USAGE", `there is no ${what} ${value} for a ${kind}; known: ${known.join(", ")}`);
  return found;
}
