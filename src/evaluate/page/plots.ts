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
const MARGIN = { left: 40, right: 8, top: 8, bottom: 34 };

/** A plot by hand: axes with their ends and middle told, up to six series that differ in colour and in their key. */
export function plot(axes: Axes, series: readonly Series[]): Html {
  const { x, y } = axes;
  const across = (value: number) =>
    (MARGIN.left + ((value - x.from) / (x.to - x.from)) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const up = (value: number) =>
    (HEIGHT - MARGIN.bottom - ((value - y.from) / (y.to - y.from)) * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
  const paths = series.map(({ points, as }, k) => {
    const d =
      as === "line"
        ? points.map((p, i) => `${i === 0 ? "M" : "L"}${across(p.x)} ${up(p.y)}`).join("")
        : points.map((p) => `M${across(p.x)} ${up(p.y)}h0`).join("");
    return html`<path class="${as} s${k}" d="${new Html(d)}"/>`;
  });
  const ticks = [x.from, (x.from + x.to) / 2, x.to].map(
    (value, k) =>
      html`<text x="${across(value)}" y="${HEIGHT - MARGIN.bottom + 14}" text-anchor="${["start", "middle", "end"][k]!}">${short(value)}</text>`,
  );
  const heights = [y.from, (y.from + y.to) / 2, y.to].map(
    (value, k) =>
      html`<text x="${MARGIN.left - 5}" y="${Number(up(value)) + [0, 4, 9][k]!}" text-anchor="end">${short(value)}</text>`,
  );
  const frame = `M${MARGIN.left} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}H${WIDTH - MARGIN.right}`;
  const diagonal = axes.diagonal
    ? html`<path class="threshold" d="M${across(x.from)} ${up(y.from)}L${across(x.to)} ${up(y.to)}"/>`
    : html``;
  const key = series.map(({ name }, k) => html`<li><i class="s${k}"></i>${name}</li>`);
  return html`<figure class="chart"><figcaption><b>${axes.title}</b><br>${y.label}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${axes.title}"><path class="frame" d="${frame}"/>${diagonal}${paths}${ticks}${heights}<text x="${WIDTH - MARGIN.right}" y="${HEIGHT - 4}" text-anchor="end">${x.label}</text></svg><ul class="key">${key}</ul></figure>`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
