import type { FigureTable, ModelCard } from "../../models/card.js";
import type { Adaptation, Score } from "./adapt-classifier.js";

export interface AdaptedFacts {
  readonly name: string;
  /** For the card: where the fields come from, their licence, how many, and the command line. */
  readonly source: string;
  readonly licence: string;
  readonly fields: number;
  readonly command: string;
  readonly seed: number;
  /** YYYY-MM-DD */
  readonly date: string;
}

/** The card of an adapted classifier, without what is computed from its weights. */
export function adaptedCard(
  old: ModelCard,
  adaptation: Adaptation,
  facts: AdaptedFacts,
): Omit<ModelCard, "sha256" | "selfTest"> {
  const { sha256, selfTest: _, ...kept } = old;
  const { line, frames } = adaptation;
  const { source, fields, licence } = facts;
  return {
    ...kept,
    name: facts.name,
    version: `${old.version}-adapted.${facts.date}`,
    data: [...old.data, { source, fields, licence, use: "the line between focused and defocused only" }],
    recipe:
      `${facts.command} (seed ${facts.seed}). The weights are those of ${old.name} ${old.version} (SHA-256 ${sha256}), its logit times ${line.scale} plus ` +
      `${line.shift}: fitted on ${frames} frames computed from ${fields} fields. ${old.recipe}`,
    figures: [adaptationTable(old, adaptation, source), ...old.figures],
  };
}

export function adaptationTable(
  old: Pick<ModelCard, "name" | "version">,
  { frames, before, after }: Adaptation,
  source: string,
): FigureTable {
  const row = (name: string, score: Score) => [
    name,
    score.right,
    score.uncertain,
    score.wrong,
    `${score.focusedRight} of ${score.focused}`,
    Number(score.logLoss.toFixed(4)),
  ];
  return {
    title: `${source}: ${frames} computed frames, each judged by a line that was fitted without its field`,
    columns: ["classifier", "right", "uncertain", "wrong", "in focus, called so", "mean -ln P"],
    rows: [row(`${old.name} ${old.version}`, before), row("adapted", after)],
  };
}
