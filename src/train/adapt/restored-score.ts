/** One computed frame of which the focused one is known: how close to that it is as it is, and as two networks restore it. SSIM. */
export interface Restored {
  /** Frames of one item show the same piece of a field. */
  readonly item: number;
  /** DOF units, signed. */
  readonly dof: number;
  readonly asIs: number;
  readonly old: number;
  readonly adapted: number;
}

export interface BandScore {
  readonly band: string;
  readonly frames: number;
  /** Means. */
  readonly asIs: number;
  readonly old: number;
  readonly adapted: number;
}

export interface RestoredScore {
  readonly bands: readonly BandScore[];
  /** Mean gain in SSIM from 1 DOF unit on, and its standard error over items. */
  readonly gain: number;
  readonly error: number;
  /** Frames that come out worse than they went in by more than `WORSE_BY`. */
  readonly worse: { readonly old: number; readonly adapted: number };
}

/** The bands of |z| that are measured: one frame of each for each item. DOF units. */
export const BANDS = [
  { band: "in focus", from: 0, to: 0.35 },
  { band: "0.35-1", from: 0.35, to: 1 },
  { band: "1-2", from: 1, to: 2 },
  { band: "2-3", from: 2, to: 3 },
  { band: "3-4.5", from: 3, to: 4.5 },
] as const;
/** From here on a frame is out of focus, and to be restored. */
const OUT_OF_FOCUS = 1;
export const WORSE_BY = 0.02;

/** A gain below this is nothing that anybody would see, however sure it is. */
const LEAST_GAIN = 0.005;
/** In standard errors: less may be chance. */
const SURE = 2;
/** What a mean SSIM in focus may lose: half of the last digit that is told. */
const SAME = 0.0005;

/** @throws RangeError without frames out of focus */
export function restoredScore(frames: readonly Restored[]): RestoredScore {
  const out = frames.filter(({ dof }) => Math.abs(dof) >= OUT_OF_FOCUS);
  if (out.length === 0) throw new RangeError("no frame is out of focus");
  const gains = [...new Set(out.map(({ item }) => item))].map((item) =>
    mean(out.filter((one) => one.item === item).map(({ old, adapted }) => adapted - old)),
  );
  const worse = (by: "old" | "adapted") => frames.filter((one) => one.asIs - one[by] > WORSE_BY).length;
  return {
    bands: BANDS.map(({ band, from, to }) => {
      const those = frames.filter(({ dof }) => Math.abs(dof) >= from && Math.abs(dof) < to);
      const of = (which: "asIs" | "old" | "adapted") => mean(those.map((one) => one[which]));
      return { band, frames: those.length, asIs: of("asIs"), old: of("old"), adapted: of("adapted") };
    }),
    gain: mean(gains),
    error: standardError(gains),
    worse: { old: worse("old"), adapted: worse("adapted") },
  };
}

/**
 * Why an adapted reconstructor is not better for the laboratory, in words; none when it is.
 *
 * @param own on fields of the laboratory that it did not learn from
 * @param ordinary on frames that neither network learnt from
 */
export function shortcomings(own: RestoredScore, ordinary: RestoredScore): string[] {
  const [focused] = own.bands;
  const found: string[] = [];
  if (own.gain < LEAST_GAIN)
    found.push(`it restores no better: SSIM ${signed(own.gain)}, at least +${LEAST_GAIN} is asked for`);
  else if (own.gain <= SURE * own.error)
    found.push(`its gain in SSIM of ${signed(own.gain)} may be chance: ± ${own.error.toFixed(3)}`);
  if (focused !== undefined && focused.adapted < focused.old - SAME)
    found.push(`frames in focus come out worse: SSIM ${focused.old.toFixed(4)} → ${focused.adapted.toFixed(4)}`);
  for (const [where, { worse }] of [
    ["of your", own],
    ["of the ordinary", ordinary],
  ] as const) {
    if (worse.adapted > worse.old)
      found.push(`more ${where} frames come out worse than they went in: ${worse.old} → ${worse.adapted}`);
  }
  if (own.gain >= LEAST_GAIN && -ordinary.gain > own.gain)
    found.push(`it loses more on ordinary frames (SSIM ${signed(ordinary.gain)}) than it gains on yours`);
  return found;
}

/** On held-out fields of the laboratory, and on ordinary frames. */
export interface TunedScores {
  readonly own: RestoredScore;
  readonly ordinary: RestoredScore;
}

/** Of networks that were tried, the one that gains most on both together, first among those of which nothing falls short. */
export function chooseTuned<Tried extends TunedScores & { readonly shortcomings: readonly string[] }>(
  tried: readonly Tried[],
): Tried {
  const isBetter = (a: Tried, b: Tried) => {
    const [passes, passed] = [a.shortcomings.length === 0, b.shortcomings.length === 0];
    if (passes !== passed) return passes;
    return a.own.gain + a.ordinary.gain > b.own.gain + b.ordinary.gain;
  };
  return tried.reduce((best, one) => (isBetter(one, best) ? one : best));
}

/** With its sign and three digits. */
export function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a mean; without bound for a single value, of which nobody knows how chance it is. */
function standardError(values: readonly number[]): number {
  if (values.length < 2) return Number.POSITIVE_INFINITY;
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}
