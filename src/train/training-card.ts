import { availableParallelism, cpus } from "node:os";
import type { FigureTable, ModelCard } from "../models/card.js";
import { architectureOf } from "./architectures/index.js";
import { examplesInWords, LIMITS } from "./card-words.js";
import type { Split } from "./dataset/fields.js";
import { countingEpoch } from "./loop/best-epoch.js";
import type { Checkpoint } from "./loop/checkpoint.js";
import { recipeOf, type TrainingPlan } from "./plan.js";
import { recipeInWords } from "./recipes.js";

/** What a card says that the checkpoint does not know. */
export interface TrainingFacts {
  readonly name: string;
  readonly version: string;
  /** Where the fields come from, and under which licence. */
  readonly source: string;
  readonly licence: string;
  readonly split: Split;
  /** Rendered items; 0 where the pool is no longer there. */
  readonly items: { readonly train: number; readonly validation: number };
  /** The command line that does it again. */
  readonly command: string;
  readonly note?: string;
  /** Name of the model that it started from. */
  readonly from?: string;
  readonly date: string;
}

/** The card of a trained network, without what saving it computes. */
export function trainingCard(
  plan: TrainingPlan,
  checkpoint: Checkpoint,
  parameters: number,
  facts: TrainingFacts,
): Omit<ModelCard, "sha256" | "selfTest"> {
  const { train, validation } = facts.split;
  const { input, output } = architectureOf(plan.architecture);
  return {
    name: facts.name,
    version: facts.version,
    kind: plan.kind,
    architecture: { name: checkpoint.architecture, parameters },
    input,
    output,
    data: [
      {
        source: facts.source,
        fields: train.length,
        licence: facts.licence,
        validationFields: validation.length,
        split: "by overlap group, seeded; validation fields were never trained on",
      },
      { source: "refocusd's own phantom renderer (seeded)", fields: 0, licence: "MIT" },
    ],
    recipe: recipe(plan, facts),
    seed: checkpoint.seed,
    trained: {
      date: facts.date,
      minutes: round(checkpoint.elapsedMs / 60_000, 1),
      steps: checkpoint.step,
      ...(checkpoint.place !== undefined && { epochs: checkpoint.place.pass }),
      recipe: plan.recipe,
      ...(plan.loss !== undefined && { loss: plan.loss }),
      host: cpus()[0]?.model.trim() || "unknown",
      cores: availableParallelism(),
    },
    figures: historyTables(checkpoint, facts.items.validation, recipeOf(plan).keep),
    limits: [...LIMITS[plan.kind]],
  };
}

function recipe(plan: TrainingPlan, facts: TrainingFacts): string {
  const pool = facts.items.train > 0 ? `a pool of ${facts.items.train} rendered items` : "a pool of rendered items";
  return [
    facts.command,
    `Examples: ${examplesInWords(plan)}.`,
    `From ${pool}: half phantoms by Abbe's sum, a quarter real fields by the weak-object filter and a quarter by Abbe's sum; ` +
      "fields rescaled by 0.5 to 1.3; NA, annulus, ring, attenuation, aberration and absorption drawn for each item.",
    recipeInWords(recipeOf(plan)),
    facts.from ? `Started from the weights of ${facts.from}.` : "Started from random weights.",
    facts.note,
  ]
    .filter((sentence) => sentence !== undefined)
    .join(" ");
}

/** The validation of the weights that count, by group, and the course of the training. */
export function historyTables(
  { history }: Pick<Checkpoint, "history">,
  validationItems: number,
  keep: "average" | "best" = "average",
): FigureTable[] {
  const last = countingEpoch(history, keep);
  if (!last) return [];
  const items = validationItems > 0 ? `${validationItems} rendered items` : "rendered items";
  const where = `${items} of held-out fields and of phantoms`;
  const figures = Object.entries(last.figures).filter(([name]) => name !== "score");
  const before = new Map(figures.filter(([name]) => name.endsWith(" before")));
  const validation: FigureTable =
    before.size > 0
      ? {
          title: `Validation, ${where}: mean SSIM to the focused image by |z| in DOF units and by forward model`,
          columns: ["group", "defocused", "reconstructed"],
          rows: [...before].map(([name, value]) => {
            const group = name.slice(0, -" before".length);
            const after = last.figures[`${group} after`];
            return [group, round(value, 4), after === undefined ? null : round(after, 4)];
          }),
        }
      : {
          title: `Validation, ${where}: share of tiles judged right by |z| in DOF units and by forward model`,
          columns: ["group", "accuracy"],
          rows: figures.map(([name, value]) => [name === "accuracy" ? "all" : name, round(value, 4)]),
        };
  const score = before.size > 0 ? "SSIM, all" : "accuracy";
  const course: FigureTable = {
    title: "Course of the training",
    columns: ["step", "minutes", "loss", score],
    rows: history.map((epoch) => {
      const value = epoch.figures[before.size > 0 ? "all after" : "accuracy"];
      return [
        epoch.step,
        round(epoch.minutes, 1),
        epoch.loss === null ? null : round(epoch.loss, 4),
        value === undefined ? null : round(value, 4),
      ];
    }),
  };
  return [validation, course];
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
