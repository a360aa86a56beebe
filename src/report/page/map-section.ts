import type { DayReconstruction } from "./day-reconstructions.js";
import { type Html, html } from "./html.js";
import { image } from "./image.js";
import type { Maps } from "./read-maps.js";

const NAMES = {
  focus: "out of focus?",
  disagreement: "unsteady?",
  unexplained: "unexplained?",
} as const;
const MEANINGS = {
  focus: "how sure the classifier is, tile by tile, that the frame as taken is out of focus",
  disagreement: "where the reconstruction comes out otherwise when the frame is turned round before it is computed",
  unexplained: "where the reconstruction, put out of focus again, does not give back the frame as taken",
} as const;
const KEYS = ["focus", "disagreement", "unexplained"] as const;

/** What the maps beside the pictures mean; nothing on a page without any. */
export function mapsLegend(shown: readonly Pick<DayReconstruction, "maps">[]): Html {
  const kinds = new Set(shown.flatMap(({ maps }) => maps.map(({ kind }) => kind)));
  if (kinds.size === 0) return html``;
  const told = KEYS.filter((key) => kinds.has(key === "focus" ? "focus-map" : "trust-map"));
  const doubts = kinds.has("trust-map")
    ? " Before you believe a detail, see whether the reconstruction is unsteady or unexplained there; that does not find every error, and is redder wherever contrast is high."
    : "";
  return html`<div class="maps-legend"><p>Coloured, of each where it was written, from <b class="low">blue</b> (no, little) to <b class="high">red</b> (yes, much):</p><dl>${told.map((key) => html`<dt>${NAMES[key]}</dt><dd>${MEANINGS[key]}</dd>`)}</dl><p class="soft">A tile without colour shows nothing that could be judged.${doubts}</p></div>`;
}

/** The maps of one reconstruction, for the same two columns as its pictures, with the key to their colours. */
export function mapPictures(maps: Maps): Html {
  const cells = KEYS.flatMap((key) => {
    const picture = maps[key];
    return picture === undefined ? [] : [html`<div><span>${NAMES[key]}</span>${image(picture, MEANINGS[key])}</div>`];
  });
  return cells.length === 0
    ? html``
    : html`<div class="pair maps">${cells}<div class="scale"><i></i><span>no, little</span><span>yes, much</span></div></div>`;
}
