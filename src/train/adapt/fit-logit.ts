/** What a network said of a frame's tiles, and what the frame is. */
export interface Said {
  readonly isDefocused: boolean;
  readonly tiles: readonly SaidOfTile[];
}

export interface SaidOfTile {
  /** ln(P(defocused) / P(focused)) */
  readonly logit: number;
  /** How much the tile counts in its frame. */
  readonly weight: number;
}

/** The logit is multiplied and shifted: the network ranks as before, its line moves. */
export interface LogitLine {
  readonly scale: number;
  readonly shift: number;
}

export const UNCHANGED: LogitLine = { scale: 1, shift: 0 };

/**
 * How strongly the line is held to where it was, in frames of each class: a handful of frames must not throw over what thousands have
 * taught, and where two classes lie apart the likelihood alone would have no end.
 */
const PRIOR = 0.5;
const SCALES = [0.3, 3] as const;
const STEPS = 60;

/**
 * The line for which what frames are is likeliest (as Platt 1999, through the mean of the tiles' probabilities), both classes with equal
 * weight, held to the old one by a Gaussian prior on ln(scale) (s.d. 0.5) and on the shift (s.d. 3).
 */
export function fitLogit(said: readonly Said[]): LogitLine {
  const defocused = said.filter(({ isDefocused }) => isDefocused).length;
  const focused = said.length - defocused;
  if (focused === 0 || defocused === 0) return UNCHANGED;
  const weightOf = ({ isDefocused }: Said) => said.length / 2 / (isDefocused ? defocused : focused);
  const cost = (line: LogitLine) =>
    said.reduce((sum, one) => sum + weightOf(one) * loss(frameProbability(one.tiles, line), one.isDefocused), 0) +
    PRIOR * ((Math.log(line.scale) / 0.5) ** 2 + (line.shift / 3) ** 2);
  // Two numbers and a smooth cost: search by ever smaller steps needs no derivatives and cannot diverge.
  let best = UNCHANGED;
  let least = cost(best);
  let [factor, step] = [1.5, 2];
  for (let k = 0; k < STEPS; k++) {
    const around = [
      { ...best, shift: best.shift + step },
      { ...best, shift: best.shift - step },
      { ...best, scale: Math.min(SCALES[1], best.scale * factor) },
      { ...best, scale: Math.max(SCALES[0], best.scale / factor) },
    ];
    const costs = around.map(cost);
    const lowest = costs.indexOf(Math.min(...costs));
    if (costs[lowest]! < least) {
      best = around[lowest]!;
      least = costs[lowest]!;
    } else {
      factor = Math.sqrt(factor);
      step /= 2;
    }
  }
  return { scale: Number(best.scale.toFixed(4)), shift: Number(best.shift.toFixed(4)) };
}

/** P(defocused) of a frame: as `frameVerdict`, the weighted mean over its tiles. */
function frameProbability(tiles: readonly SaidOfTile[], line: LogitLine): number {
  let [sum, weights] = [0, 0];
  for (const { logit, weight } of tiles) {
    sum += weight * probability(logit, line);
    weights += weight;
  }
  return sum / weights;
}

/** −ln of the probability of what a frame is, at most 16. */
export function loss(pDefocused: number, isDefocused: boolean): number {
  return -Math.log(Math.max(1e-7, isDefocused ? pDefocused : 1 - pDefocused));
}

export function probability(logit: number, { scale, shift }: LogitLine): number {
  return 1 / (1 + Math.exp(-(scale * logit + shift)));
}
