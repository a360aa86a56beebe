import { Html, html } from "../../report/page/html.js";
import type { Point } from "../curves.js";

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  readonly as: "line" | "dots";
}

export interface Axes {
  readonly title: string;
  readonly x: { readonly label: string; readonly from: number; readonly to: number };
  readonly y: { readonly label: string; readonly from: number; readonly to: number };
  /** Draw what would be ideal or chance: from corner to corner. */
  readonly diagonal?: boolean;
}

const WIDTH = 320;
const HEIGHT = 220;
const AROUND = { left: 40, right: 8, top: 8, bottom: 34 };
/** Of a digit in the widest of the fonts in which the page may appear, px. */
const DIGIT = 7.8;

/** A plot by hand: axes with their ends and middle told, up to six series that differ in colour and in their key. */
export function plot(axes: Axes, series: readonly Series[]): Html {
  const { x, y } = axes;
  // Counts of a 16-bit camera take more room than shares: cut off, 65500 would read 5500.
  const widest = Math.max(...marks(y).map((value) => short(value).length)) * DIGIT;
  const margin = { ...AROUND, left: Math.max(AROUND.left, Math.ceil(widest) + 7) };
  const across = (value: number) =>
    (margin.left + ((value - x.from) / (x.to - x.from)) * (WIDTH - margin.left - margin.right)).toFixed(1);
  const up = (value: number) =>
    (HEIGHT - margin.bottom - ((value - y.from) / (y.to - y.from)) * (HEIGHT - margin.top - margin.bottom)).toFixed(1);
  const paths = series.map(({ points, as }, k) => {
    const d =
      as === "line"
        ? points.map((p, i) => `${i === 0 ? "M" : "L"}${across(p.x)} ${up(p.y)}`).join("")
        : points.map((p) => `M${across(p.x)} ${up(p.y)}h0`).join("");
    return html`<path class="${as} s${k}" d="${new Html(d)}"/>`;
  });
  const ticks = marks(x).map(
    (value, k) =>
      html`<text x="${across(value)}" y="${HEIGHT - margin.bottom + 14}" text-anchor="${["start", "middle", "end"][k]!}">${short(value)}</text>`,
  );
  const heights = marks(y).map(
    (value, k) =>
      html`<text x="${margin.left - 5}" y="${Number(up(value)) + [0, 4, 9][k]!}" text-anchor="end">${short(value)}</text>`,
  );
  const frame = `M${margin.left} ${margin.top}V${HEIGHT - margin.bottom}H${WIDTH - margin.right}`;
  const diagonal = axes.diagonal
    ? html`<path class="threshold" d="M${across(x.from)} ${up(y.from)}L${across(x.to)} ${up(y.to)}"/>`
    : html``;
  const key = series.map(({ name }, k) => html`<li><i class="s${k}"></i>${name}</li>`);
  return html`<figure class="chart"><figcaption><b>${axes.title}</b><br>${y.label}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${axes.title}"><path class="frame" d="${frame}"/>${diagonal}${paths}${ticks}${heights}<text x="${WIDTH - margin.right}" y="${HEIGHT - 4}" text-anchor="end">${x.label}</text></svg><ul class="key">${key}</ul></figure>`;
}

function marks({ from, to }: { readonly from: number; readonly to: number }): number[] {
  return [from, (from + to) / 2, to];
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
