import type { LookedAt } from "../../focus/judge-frame.js";
import { frameVerdict, type SecondOpinion, type Thresholds, type Verdict } from "../../focus/verdict.js";
import { loss, probability, UNCHANGED } from "./fit-logit.js";

/** A frame whose truth is known, and what the network made of its tiles. */
export interface Judged {
  readonly group: string;
  readonly isDefocused: boolean;
  readonly tiles: readonly JudgedTile[];
  /** What its spectrum says, which no adapting changes. */
  readonly second?: SecondOpinion | undefined;
}

export type JudgedTile = LookedAt & {
  /** ln(P(defocused) / P(focused)) of the classifier that is adapted. */
  readonly logit: number;
  /** What its last layers were given. */
  readonly features: Float32Array;
};

export interface Score {
  readonly right: number;
  readonly uncertain: number;
  readonly wrong: number;
  /** Of the focused frames, so many were called so; the others are defocused. */
  readonly focusedRight: number;
  readonly focused: number;
  /** Mean −ln of the probability of what a frame is. */
  readonly logLoss: number;
}

export type SayLogit = (tile: JudgedTile) => number;

/** @param sayOf which classifier judges a frame: one that was fitted without its field */
export function scoreOf(judged: readonly Judged[], sayOf: (one: Judged) => SayLogit, thresholds: Thresholds): Score {
  let [right, uncertain, wrong, focused, focusedRight, sum, told] = [0, 0, 0, 0, 0, 0, 0];
  for (const one of judged) {
    const say = sayOf(one);
    const tiles = one.tiles.map((tile) => ({ structure: tile, pDefocused: probability(say(tile), UNCHANGED) }));
    const { verdict, pDefocused } = frameVerdict(tiles, thresholds, one.second);
    const meant: Verdict = one.isDefocused ? "defocused" : "focused";
    if (verdict === meant) right++;
    else if (verdict === "uncertain" || verdict === "blank") uncertain++;
    else wrong++;
    if (!one.isDefocused) focused++;
    if (!one.isDefocused && verdict === meant) focusedRight++;
    if (pDefocused === null) continue;
    sum += loss(pDefocused, one.isDefocused);
    told++;
  }
  return { right, uncertain, wrong, focused, focusedRight, logLoss: told === 0 ? 0 : sum / told };
}

/** An uncertain frame costs a look, a wrong one costs the frame: so many right ones may become uncertain as wrong ones no longer are. */
export function isBetterThan(after: Score, before: Score): boolean {
  const gained = after.right - after.wrong - (before.right - before.wrong);
  return after.logLoss < before.logLoss && after.wrong <= before.wrong && gained >= 0;
}
