import type { Thresholds } from "../../focus/verdict.js";
import { createRandom } from "../random.js";
import { fitHead, type Layers, type Lesson } from "./fit-head.js";
import { fitLogit, type LogitLine, type Said } from "./fit-logit.js";
import { type Head, hiddenOf, logitOf } from "./head.js";
import { isBetterThan, type Judged, type SayLogit, type Score, scoreOf } from "./score.js";

/** What of the classifier moves: its line (scale and shift of the logit), its last layer, or both its dense layers. */
export type Way = "line" | Layers;
export type Fitted = { readonly way: "line"; readonly line: LogitLine } | { readonly way: Layers; readonly head: Head };

/** Frames that the classifier knew before; those of `kept` are learnt by none, and tell what is forgotten. */
export interface Ordinary {
  readonly learnt: readonly Judged[];
  readonly kept: readonly Judged[];
}

export interface Tried {
  readonly way: Way;
  /** On fields that it was not fitted on, in turn. */
  readonly after: Score;
  /** On ordinary frames that it was not fitted on. */
  readonly kept: Score;
  /** Whether it is better for the laboratory; see `isBetterThan`. */
  readonly isBetter: boolean;
}

export interface Adaptation {
  /** Computed frames of the laboratory's fields, and how the old classifier did on them and on ordinary frames. */
  readonly frames: number;
  readonly before: Score;
  readonly keptBefore: Score;
  readonly tried: readonly Tried[];
  /** Null when none is better. */
  readonly chosen: Tried | null;
  /** The chosen way, fitted on all fields. */
  readonly fitted: Fitted | null;
}

const WAYS: readonly Way[] = ["line", "last", "both"];
const FOLDS = 5;
/**
 * A way with more freedom has to be so much better than a simpler one: ways are compared on the same held-out frames that tell how good the
 * chosen one is, and without a margin the luckiest would be taken.
 */
const MARGIN = 0.9;

/**
 * Fits the classifier's last layers to a laboratory, in three ways; measures each on fields that were left out of the fit in turn, and chooses
 * by the losses on those and on ordinary frames together.
 */
export function adaptClassifier(
  own: readonly Judged[],
  ordinary: Ordinary,
  head: Head,
  thresholds: Thresholds,
  seed: number,
): Adaptation {
  const groups = [...new Set(own.map(({ group }) => group))];
  const folds = Math.min(FOLDS, groups.length);
  const foldOf = new Map(groups.map((group, k) => [group, k % folds]));
  const fitTo = (way: Way, learnt: readonly Judged[]) => fitWay(way, learnt, ordinary.learnt, head, seed);
  const before = scoreOf(own, () => unchanged, thresholds);
  const keptBefore = scoreOf(ordinary.kept, () => unchanged, thresholds);
  const all = WAYS.map((way) => {
    const says = Array.from({ length: folds }, (_, fold) =>
      sayOf(
        fitTo(
          way,
          own.filter(({ group }) => foldOf.get(group) !== fold),
        ),
      ),
    );
    const after = scoreOf(own, ({ group }) => says[foldOf.get(group)!]!, thresholds);
    const fitted = fitTo(way, own);
    const say = sayOf(fitted);
    const kept = scoreOf(ordinary.kept, () => say, thresholds);
    return { fitted, tried: { way, after, kept, isBetter: isBetterThan(after, before) } };
  });
  const chosen = choose(all.map(({ tried }) => tried));
  const fitted = all.find(({ tried }) => tried === chosen)?.fitted ?? null;
  return { frames: own.length, before, keptBefore, tried: all.map(({ tried }) => tried), chosen, fitted };
}

/** The simplest of those that are better; one with more freedom only if its losses are a tenth lower. */
export function choose(tried: readonly Tried[]): Tried | null {
  const lost = ({ after, kept }: Tried) => after.logLoss + kept.logLoss;
  return tried
    .filter(({ isBetter }) => isBetter)
    .reduce<Tried | null>((best, one) => (best === null || lost(one) < MARGIN * lost(best) ? one : best), null);
}

export function fitWay(
  way: Way,
  own: readonly Judged[],
  ordinary: readonly Judged[],
  head: Head,
  seed: number,
): Fitted {
  if (way === "line") return { way, line: fitLogit(own.map(saidOf)) };
  return { way, head: fitHead(head, own.map(lessonOf), ordinary.map(lessonOf), way, createRandom(seed)) };
}

const unchanged: SayLogit = ({ logit }) => logit;

export function sayOf(fitted: Fitted): SayLogit {
  if (fitted.way !== "line") return ({ features }) => logitOf(fitted.head, hiddenOf(fitted.head, features));
  const { scale, shift } = fitted.line;
  return ({ logit }) => scale * logit + shift;
}

function saidOf({ tiles, isDefocused }: Judged): Said {
  const telling = tiles.filter(({ isBlank }) => !isBlank);
  return { isDefocused, tiles: telling.map(({ logit, contrast }) => ({ logit, weight: Math.sqrt(contrast) })) };
}

function lessonOf({ tiles, isDefocused }: Judged): Lesson {
  const telling = tiles.filter(({ isBlank }) => !isBlank);
  return { isDefocused, tiles: telling.map(({ features, contrast }) => ({ features, weight: Math.sqrt(contrast) })) };
}
