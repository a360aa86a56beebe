import type { Colour } from "./canvas.js";

/** Blue, pale, red: told apart by those who see no red or green, too. Source: ColorBrewer RdBu, its ends and its middle. */
const STOPS: readonly Colour[] = [
  [33, 102, 172],
  [146, 197, 222],
  [247, 247, 247],
  [244, 165, 130],
  [178, 24, 43],
];

/** The colour of a share from 0 (blue: good) to 1 (red: bad). */
export function colourOf(share: number): Colour {
  const at = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const from = Math.min(STOPS.length - 2, Math.floor(at));
  const [a, b] = [STOPS[from]!, STOPS[from + 1]!];
  const mixed = (c: 0 | 1 | 2) => Math.round(a[c] + (b[c] - a[c]) * (at - from));
  return [mixed(0), mixed(1), mixed(2)];
}

/** The share of a value on a scale of decades from `low` to `high`. */
export function inDecades(value: number, low: number, high: number): number {
  return value <= low ? 0 : Math.min(1, Math.log(value / low) / Math.log(high / low));
}
