import { availableParallelism, cpus } from "node:os";
import type { FigureTable, ModelCard } from "../../models/card.js";
import { examplesInWords } from "../card-words.js";
import { recipeOf } from "../plan.js";
import { recipeInWords } from "../recipes.js";
import { type AdaptedFacts, ONE_PLACE_LIMIT } from "./adapted-card.js";
import { type Course, SHARES } from "./fine-tune.js";
import { type RestoredScore, type TunedScores, WORSE_BY } from "./restored-score.js";

export interface TunedFacts extends AdaptedFacts {
  /** Fields of the laboratory that it was measured on. */
  readonly heldOut: AdaptedFacts["frames"];
  /** Of the laboratory's microscope, if known. */
  readonly sampling?: number;
}

/** The card of an adapted reconstructor, without figures of its own and without what is computed from its weights. */
export function reconstructorCard(
  old: ModelCard,
  { plan, steps, minutes, share }: Course,
  facts: TunedFacts,
): Omit<ModelCard, "sha256" | "selfTest"> {
  const { sha256, selfTest: _, ...kept } = old;
  const { source, licence, frames, heldOut, seed, date, command } = facts;
  return {
    ...kept,
    name: facts.name,
    version: `${old.version}-adapted.${date}`,
    parent: { name: old.name, version: old.version, sha256 },
    adaptedOn: [...frames],
    heldOut: [...heldOut],
    data: [
      ...old.data,
      { source, fields: frames.length, licence, validationFields: heldOut.length, use: "fine-tuning" },
      { source: "refocusd's own samples, rendered by it", fields: 2, licence: "MIT", use: "fine-tuning" },
    ],
    recipe: `${command} (seed ${seed}). ${recipeWords(old, plan, share, facts)} ${old.recipe}`,
    seed,
    trained: {
      ...{ date, minutes: Number(minutes.toFixed(1)), steps, recipe: plan.recipe, loss: plan.loss },
      ...{ host: cpus()[0]?.model.trim() || "unknown", cores: availableParallelism() },
    },
    limits: [
      ...old.limits,
      "Made for one laboratory: on other cells it may be worse than the one that it was made from.",
      ...(old.trust === undefined
        ? []
        : [
            `Its trust figure is that of ${old.name} ${old.version}: it was calibrated on what that one restores, and not again on what this one does.`,
          ]),
      ...(facts.isOnePlace ? [ONE_PLACE_LIMIT] : []),
    ],
  };
}

function recipeWords(old: ModelCard, plan: Course["plan"], share: number, { frames, sampling }: TunedFacts): string {
  const optics =
    sampling === undefined
      ? "optics drawn for each item"
      : `optics drawn for each item, sampled as the microscope does (pixel size × NA / wavelength ${Number(sampling.toFixed(3))})`;
  const mean =
    `The weights are ${1 - share} times those of before and ${share} times those of after; of ${SHARES.join(", ")} of after this did best on the pieces that ` +
    "the figures come from.";
  return (
    `The weights of ${old.name} ${old.version} (SHA-256 ${old.sha256}), fine-tuned. Items: of eight, five on ${frames.length} fields of the laboratory, by the ` +
    `weak-object filter and by Abbe's sum, ${optics}; two phantoms and one of samples/. Examples: ${examplesInWords(plan)}. ${recipeInWords(recipeOf(plan))} ${mean} Before that:`
  );
}

/** Old against new, as SSIM to the frame in focus. */
export function reconstructorTable(
  old: Pick<ModelCard, "name" | "version">,
  { own, ordinary, isHeld }: TunedScores & { readonly isHeld: boolean },
  source: string,
): FigureTable {
  const rows = (where: string, { bands, worse }: RestoredScore) => [
    ...bands.map(({ band, frames, asIs, old, adapted }) => [
      `${where}, ${band === "in focus" ? band : `${band} DOF`}`,
      frames,
      ...[asIs, old, adapted].map((value) => Number(value.toFixed(4))),
    ]),
    [`${where}, worse than they went in by more than ${WORSE_BY}`, null, null, worse.old, worse.adapted],
  ];
  return {
    title: `${source}: pieces of held-out fields and ordinary ones, put out of focus by computation: SSIM to the frame in focus, ${isHeld ? "held to the source" : "by the network alone"}`,
    columns: ["frames", "how many", "as they are", `${old.name} ${old.version}`, "adapted"],
    rows: [...rows("yours", own), ...rows("ordinary", ordinary)],
  };
}
