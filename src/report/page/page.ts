import { basename } from "node:path";
import type { DayFile } from "./day-file.js";
import { type PlaceOfDay, placesOfDay } from "./day-places.js";
import { dayProblems, dayTools } from "./day-problems.js";
import { dayReconstructions } from "./day-reconstructions.js";
import { daySummary, focusPoints, seriesOfDay } from "./day-totals.js";
import { html, nameOf } from "./html.js";
import { leadText } from "./lead.js";
import { mapsLegend } from "./map-section.js";
import { FOLD_FROM, isQuiet, MOST_PLACES, placeFigure } from "./place-section.js";
import type { ReadMaps } from "./read-maps.js";
import type { ReadPictures } from "./read-pictures.js";
import { reconstructionFigure, reconstructionsHead, reconstructionsRest } from "./reconstruction-section.js";
import * as sections from "./sections.js";
import { STYLE } from "./style.js";
import { count, dayTimes } from "./times.js";

export interface PageInput {
  readonly file: DayFile;
  readonly gaps: readonly sections.SeriesGaps[];
  /** Reconstructions shown with pictures at most. */
  readonly pictures: number;
  readonly readPictures: ReadPictures;
  readonly readMaps: ReadMaps;
}

/**
 * The page of a day, piece by piece: what is held at a time is one position's frames, or one reconstruction's pictures. One file that needs
 * nothing else: no script, no other address.
 */
export async function* dayPage({ file, gaps, pictures, readPictures, readMaps }: PageInput): AsyncGenerator<string> {
  const times = dayTimes(file.day, file.timeZone);
  const summary = daySummary(file);
  const { totals } = summary;
  const places = placesOfDay(seriesOfDay(file));
  const named = places.filter(({ series }) => series.some((each) => each.series !== null)).length;
  const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
  const isOver = file.writtenMs >= file.endMs;
  const log = basename(file.path);
  const soFar = isOver ? html`` : html` The day was not over then.`;

  function* figures(some: readonly PlaceOfDay[]): Generator<string> {
    yield `<div class="places">`;
    for (const place of some) {
      const points = place.series.flatMap((series) => focusPoints(file, series));
      yield `\n${placeFigure(place, points, times).text}`;
    }
    yield "</div>";
  }

  yield `<!doctype html>\n<html lang="en"><head><meta charset="utf-8">`;
  yield html`<title>refocusd ${file.day}</title>`.text;
  yield `<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="generator" content="refocusd"><meta name="referrer" content="no-referrer">`;
  // Nothing may be loaded or run, whatever a file is called.
  yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`;
  yield `<style>${STYLE}</style></head><body>\n`;
  yield html`<header><h1>${times.date}</h1><p class="soft">refocusd's day, written at ${times.moment(file.writtenMs)} (${file.timeZone}).${soFar}</p></header>`
    .text;
  yield html`<main><p class="lead">${leadText(totals, named, missing)}</p>`.text;
  yield sections.figuresSection(summary, missing).text;
  if (totals.frames > 0) {
    yield sections.contents().text;
    yield sections.problemsSection(dayProblems(file)).text;
    yield sections.gapsSection(gaps).text;
    yield sections.hoursSection(summary, file, times).text;
    yield sections.keyList(totals).text;

    yield html`\n<h2 id="positions">Focus over time</h2><p class="soft">One dot per frame: at the bottom P(defocused) is 0, surely in focus; at the top 1. Dashed: the two limits between in focus, uncertain and out of focus. A mark below the line is a frame without a P.</p>`
      .text;
    const told = places.slice(0, MOST_PLACES);
    const isLong = places.length > FOLD_FROM;
    const open = told.filter((place) => !(isLong && isQuiet(place)));
    const folded = told.filter((place) => isLong && isQuiet(place));
    yield* figures(open);
    if (folded.length > 0) {
      const [all, some] = [
        `In all ${count(folded.length, "position")}`,
        `In ${count(folded.length, "other position")}`,
      ];
      yield html`<details><summary>${open.length === 0 ? all : some} every frame is in focus</summary>`.text;
      yield* figures(folded);
      yield "</details>";
    }
    const more = places.length - MOST_PLACES;
    if (more > 0)
      yield html`<p class="soft">and ${count(more, "more position")}: <code>SELECT * FROM by_position</code> in ${nameOf(log)}.</p>`
        .text;

    const reconstructions = dayReconstructions(file, pictures);
    yield `\n${reconstructionsHead(reconstructions).text}${mapsLegend(reconstructions.shown).text}<div class="made-all">`;
    for (const one of reconstructions.shown)
      yield `\n${reconstructionFigure(one, await readPictures(one), await readMaps(one)).text}`;
    yield `</div>${reconstructionsRest(reconstructions, log).text}`;
    yield sections.toolsSection(dayTools(file), times).text;
  }
  yield html`</main><footer><p>Every frame with its whole story is in ${nameOf(log)} beside this page; any SQLite browser opens it. Begin with <code>SELECT * FROM readme</code>.</p></footer></body></html>\n`
    .text;
}

/** Where the page of a daily log goes: beside it. */
export function pagePath(log: string): string {
  return log.replace(/\.sqlite$/, ".html");
}
