import type { PlaceOfDay } from "./day-places.js";
import type { FocusPoint } from "./day-totals.js";
import { type Dots, focusDots, focusPlot } from "./focus-plot.js";
import { type Html, html, nameOf } from "./html.js";
import { count, type DayTimes } from "./times.js";

/** Positions with a plot of their own; of more, the rest is in the SQLite file. */
export const MOST_PLACES = 400;

/** With more positions than this, those in which every frame is in focus are folded away. */
export const FOLD_FROM = 12;

/** Whether there is something to look at. */
export function isQuiet({ defocused, uncertain, problems, open }: PlaceOfDay): boolean {
  return defocused + uncertain + problems + open === 0;
}

/** A position's plot with its name and numbers. */
export function placeFigure(place: PlaceOfDay, points: readonly FocusPoint[], times: DayTimes): Html {
  const dots = focusDots(points);
  const caption = html`<figcaption><b>${nameOf(place.label)}</b><br>${placeNumbers(place)}</figcaption>`;
  if (dots === undefined) return html`<figure class="place">${caption}</figure>`;
  const description = `P(defocused) of ${place.label} by ${dots.axis}: ${placeNumbers(place)}`;
  return html`<figure class="place">${caption}${focusPlot(dots, { ...place, description })}${ends(dots, times)}</figure>`;
}

export function placeNumbers(place: PlaceOfDay): string {
  const { frames, defocused, reconstructed, uncertain, blank, problems, open } = place;
  const parts = [
    defocused > 0 ? `${defocused} out of focus` : "",
    reconstructed > 0 ? `${reconstructed} reconstructed` : "",
    uncertain > 0 ? `${uncertain} uncertain` : "",
    blank > 0 ? `${blank} blank` : "",
    problems > 0 ? `${problems} not judged` : "",
    open > 0 ? `${open} still open` : "",
  ].filter((part) => part !== "");
  const planes = place.series.length > 1 ? ` in ${place.series.length} series` : "";
  const all = parts.length === 0 ? (place.focused === frames ? "all in focus" : "") : parts.join(", ");
  return `${count(frames, "frame")}${planes}${all === "" ? "" : `: ${all}`}`;
}

function ends({ axis, first, last }: Dots, times: DayTimes): Html {
  const end = ({ time, atMs }: Dots["first"]) =>
    axis === "arrival" ? times.clock(atMs) : `t${time} · ${times.clock(atMs)}`;
  return html`<div class="ends"><span>${end(first)}</span><span>${end(last)}</span></div>`;
}
