import type { FocusPoint } from "./day-totals.js";
import { Html, html } from "./html.js";

/** Size of a plot in its own units, which are also the grid of its dots: two dots of a kind in one cell are one. */
const WIDTH = 300;
const HEIGHT = 60;
/** Below P = 0: frames without a P. */
const STRIP = 8;

export type Mark = "focused" | "uncertain" | "defocused" | "blank" | "problem";
export const MARKS: readonly Mark[] = ["focused", "uncertain", "defocused", "blank", "problem"];

export interface Dots {
  /** Per mark, an SVG path of dots (drawn as lines of no length with round ends). */
  readonly paths: Readonly<Partial<Record<Mark, string>>>;
  /** What the horizontal axis counts. */
  readonly axis: "time point" | "arrival";
  readonly first: { readonly time: number | null; readonly atMs: number };
  readonly last: { readonly time: number | null; readonly atMs: number };
}

/**
 * Where the dots of a position go. Along time points where names tell them, so that a missing one is seen as a gap and a backlog that was
 * worked off in a minute still shows its course; else along arrival.
 * @returns undefined where there is nothing to draw
 */
export function focusDots(points: readonly FocusPoint[]): Dots | undefined {
  const drawn = points.flatMap((point) => {
    const mark = markOf(point);
    return mark === undefined ? [] : [{ ...point, mark }];
  });
  if (drawn.length === 0) return undefined;
  const isTimed = drawn.every(({ time }) => time !== null);
  const place = (point: FocusPoint) => (isTimed ? point.time! : point.atMs);
  let [first, last] = [drawn[0]!, drawn[0]!];
  for (const point of drawn) {
    if (place(point) < place(first)) first = point;
    if (place(point) > place(last)) last = point;
  }
  const span = place(last) - place(first);
  const cells = new Map<Mark, Set<number>>();
  for (const point of drawn) {
    const x = span === 0 ? WIDTH / 2 : Math.round(((place(point) - place(first)) / span) * WIDTH);
    const hasP = point.p !== null && point.mark !== "blank" && point.mark !== "problem";
    const y = hasP ? Math.round((1 - point.p!) * HEIGHT) : HEIGHT + STRIP;
    const own = cells.get(point.mark) ?? new Set();
    cells.set(point.mark, own.add(y * (WIDTH + 1) + x));
  }
  const paths: Partial<Record<Mark, string>> = {};
  for (const [mark, own] of cells)
    paths[mark] = [...own].map((cell) => `M${cell % (WIDTH + 1)} ${Math.floor(cell / (WIDTH + 1))}h0`).join("");
  return { paths, axis: isTimed ? "time point" : "arrival", first, last };
}

function markOf({ verdict, state }: FocusPoint): Mark | undefined {
  if (verdict !== null) return verdict;
  return state === "quarantined" || state === "gone" ? "problem" : undefined;
}

export interface PlotFrame {
  readonly focusedBelow: number | null;
  readonly defocusedAbove: number | null;
  /** Read aloud instead of the plot. */
  readonly description: string;
}

/** The plot itself; what stands at its ends is told beside it, since text in a picture that is stretched is not readable. */
export function focusPlot({ paths }: Dots, { focusedBelow, defocusedAbove, description }: PlotFrame): Html {
  const line = (p: number | null) =>
    p === null || p <= 0 || p >= 1 ? "" : `M0 ${((1 - p) * HEIGHT).toFixed(1)}h${WIDTH}`;
  const dots = MARKS.flatMap((mark) =>
    paths[mark] === undefined ? [] : [html`<path class="${mark}" d="${paths[mark]}"/>`],
  );
  const thresholds = new Html(line(focusedBelow) + line(defocusedAbove));
  return html`<svg class="plot" viewBox="-3 -3 ${WIDTH + 6} ${HEIGHT + STRIP + 6}" preserveAspectRatio="none" role="img" aria-label="${description}"><path class="frame" d="M0 0h${WIDTH}M0 ${HEIGHT}h${WIDTH}"/><path class="threshold" d="${thresholds}"/>${dots}</svg>`;
}
