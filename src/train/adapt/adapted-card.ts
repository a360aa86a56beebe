import type { FigureTable, ModelCard } from "../../models/card.js";
import type { Adaptation, Way } from "./adapt-classifier.js";
import type { Score } from "./score.js";

export interface AdaptedFacts {
  readonly name: string;
  /** For the card: where the fields come from, their licence, which, and the command line. */
  readonly source: string;
  readonly licence: string;
  readonly frames: readonly { readonly file: string; readonly sha256: string }[];
  readonly command: string;
  readonly seed: number;
  /** YYYY-MM-DD */
  readonly date: string;
  /** Whether all show the same place, so that what it was measured on shows the place that it learnt from. */
  readonly isOnePlace?: boolean;
}

const WAY_WORDS: Readonly<Record<Way, string>> = {
  line: "line moved",
  last: "last layer fitted",
  both: "both dense layers fitted",
};

export const ONE_PLACE_LIMIT = "The files that its figures come from show the same place as those that it learnt from.";

/** The card of an adapted classifier, without what is computed from its weights. */
export function adaptedCard(
  old: ModelCard,
  adaptation: Adaptation,
  facts: AdaptedFacts,
): Omit<ModelCard, "sha256" | "selfTest"> {
  const { sha256, selfTest: _, ...kept } = old;
  const { frames, fitted } = adaptation;
  const { source, licence } = facts;
  const what =
    fitted?.way === "line"
      ? `its logit times ${fitted.line.scale} plus ${fitted.line.shift}`
      : `with ${fitted?.way === "both" ? "both dense layers" : "the last layer"} fitted anew, held to the old weights, on frames of samples/ as well`;
  return {
    ...kept,
    name: facts.name,
    version: `${old.version}-adapted.${facts.date}`,
    parent: { name: old.name, version: old.version, sha256 },
    adaptedOn: [...facts.frames],
    data: [
      ...old.data,
      { source, fields: facts.frames.length, licence, use: "the layers behind the pooled features only" },
    ],
    recipe:
      `${facts.command} (seed ${facts.seed}). The weights are those of ${old.name} ${old.version} (SHA-256 ${sha256}), ${what}: ` +
      `fitted on ${frames} frames computed from ${facts.frames.length} fields. ${old.recipe}`,
    figures: [adaptationTable(old, adaptation, source), ...old.figures],
    limits: [...old.limits, ...(facts.isOnePlace ? [ONE_PLACE_LIMIT] : [])],
  };
}

export function adaptationTable(
  old: Pick<ModelCard, "name" | "version">,
  { frames, before, keptBefore, tried, chosen }: Adaptation,
  source: string,
): FigureTable {
  const row = (name: string, score: Score, kept: Score) => [
    name,
    score.right,
    score.uncertain,
    score.wrong,
    `${score.focusedRight} of ${score.focused}`,
    Number(score.logLoss.toFixed(4)),
    `${kept.right} / ${kept.uncertain} / ${kept.wrong}`,
    Number(kept.logLoss.toFixed(4)),
  ];
  return {
    title: `${source}: ${frames} computed frames, each judged by a classifier that was fitted without its field`,
    columns: [
      "classifier",
      "right",
      "uncertain",
      "wrong",
      "in focus, called so",
      "mean -ln P",
      "samples: right / uncertain / wrong",
      "samples: mean -ln P",
    ],
    rows: [
      row(`${old.name} ${old.version}`, before, keptBefore),
      ...tried.map((one) => row(`${WAY_WORDS[one.way]}${one === chosen ? " (chosen)" : ""}`, one.after, one.kept)),
    ],
  };
}
