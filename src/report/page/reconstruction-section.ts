import { basename } from "node:path";
import type { PicturePair } from "../../frames/thumbnails.js";
import { trustPhrase } from "../trust-verdict.js";
import type { DayReconstruction, DayReconstructions } from "./day-reconstructions.js";
import { type Html, html, nameOf } from "./html.js";
import { image } from "./image.js";
import { mapPictures } from "./map-section.js";
import type { Maps } from "./read-maps.js";
import type { Pictures } from "./read-pictures.js";
import { count } from "./times.js";

const MOST_FOLDERS = 5;

export function reconstructionsHead({ total, shown }: DayReconstructions): Html {
  const bound =
    shown.length < total
      ? html`<p>Shown are ${shown.length} of ${total.toLocaleString("en")}: of each position those that deserve a look first.</p>`
      : html``;
  return html`<h2 id="reconstructions">Reconstructions</h2><p><strong>Computed, not measured.</strong> Left the frame as the microscope took it, right what was computed from it; above the whole frame, below its richest part at full resolution. The two have the same grey scale. Count and measure nothing here: the files themselves have all pixels and bits.</p>${bound}`;
}

export function reconstructionFigure(one: DayReconstruction, pictures: Pictures, maps: Maps): Html {
  const { place, plane, time, verdict, p, distance, trust, trustVerdict, model, source, made } = one;
  const facts = [
    verdict ?? "",
    p === null ? "" : `P(defocused) ${p.toFixed(2)}`,
    distance ?? "",
    trust === null ? "no trust figure" : trustPhrase(trust, trustVerdict),
    model ?? "",
  ].filter((fact) => fact !== "");
  const where = time === null ? plane : `t${time} ${plane}`;
  const page = source.pages > 1 ? html` page ${source.page}` : html``;
  const caption = html`<figcaption><b>${nameOf(place === "" ? basename(source.path) : place)}</b> ${where}<br>${facts.join(", ")}<br>${nameOf(basename(source.path))}${page}</figcaption>`;
  if (pictures.kind === "none")
    return html`<figure class="made">${caption}<p class="none">No picture: ${pictures.why}</p>${mapPictures(maps)}</figure>`;
  const { whole, detail } = pictures.thumbnails;
  return html`<figure class="made">${caption}<div class="pair"><span>as taken</span><span>reconstructed</span>${images(whole, "whole frame")}${images(detail, "detail")}</div>${mapPictures(maps)}<p class="soft">${nameOf(basename(made.path))}</p></figure>`;
}

function images({ before, after }: PicturePair, what: string): Html {
  return html`${image(before, `${what} as taken`)}${image(after, `${what} reconstructed`)}`;
}

/** What is not shown, and where it is. */
export function reconstructionsRest({ total, shown, folders }: DayReconstructions, log: string): Html {
  if (total === 0) return html`<p>None was made on this day.</p>`;
  const more = total - shown.length;
  const some = folders.slice(0, MOST_FOLDERS).map((folder) => html`<li>${nameOf(folder)}</li>`);
  const others = folders.length - some.length;
  const rest = others > 0 ? html`<li class="soft">and ${count(others, "more folder")}</li>` : html``;
  const head =
    more > 0
      ? `${count(more, "reconstruction")} more, and all of these at full size, are in`
      : "At full size they are in";
  return html`<p class="soft">${head}</p><ul class="plain soft">${some}${rest}</ul><p class="soft">Each with its source: <code>SELECT * FROM defocused</code> in ${nameOf(log)}.</p>`;
}
