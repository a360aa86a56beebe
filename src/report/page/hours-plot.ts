import type { Hour } from "./day-totals.js";
import { type Html, html } from "./html.js";

const WIDTH = 720;
const HEIGHT = 110;
const KINDS = ["focused", "uncertain", "defocused", "blank", "problems", "open"] as const;

/** Frames by hour of arrival, as stacked bars; hours without any are gaps that can be seen. */
export function hoursPlot(hours: readonly Hour[], hoursInDay: number, label: (hour: number) => string): Html {
  const most = Math.max(1, ...hours.map(({ frames }) => frames));
  const step = WIDTH / hoursInDay;
  const bars = hours.flatMap((hour) => {
    let y = HEIGHT;
    return KINDS.flatMap((kind) => {
      if (hour[kind] === 0) return [];
      // A single frame out of focus among a thousand is still seen.
      const height = Math.max(1.5, (hour[kind] / most) * HEIGHT);
      y -= height;
      const mark = kind === "problems" ? "problem" : kind;
      const x = (hour.hour * step + 1).toFixed(1);
      return [
        html`<rect class="${mark}" x="${x}" y="${y.toFixed(1)}" width="${(step - 2).toFixed(1)}" height="${height.toFixed(1)}"><title>${label(hour.hour)}: ${hour[kind]} ${kind}</title></rect>`,
      ];
    });
  });
  const ticks = Array.from({ length: hoursInDay }, (_, hour) => hour)
    .filter((hour) => hour % 6 === 0)
    .map((hour) => html`<text x="${(hour * step + 1).toFixed(1)}" y="${HEIGHT + 16}">${label(hour)}</text>`);
  return html`<svg class="hours" viewBox="0 -6 ${WIDTH} ${HEIGHT + 26}" role="img" aria-label="frames by hour of arrival"><path class="frame" d="M0 ${HEIGHT}h${WIDTH}"/>${bars}${ticks}</svg>`;
}
