import type { DayTools, ProblemGroup } from "./day-problems.js";
import type { DaySummary, Totals } from "./day-totals.js";
import { hoursPlot } from "./hours-plot.js";
import { type Html, html, nameOf } from "./html.js";
import { count, type DayTimes, duration } from "./times.js";

/** What is wrong with the time course of a series, in words. */
export interface SeriesGaps {
  readonly place: string;
  readonly plane: string;
  /** Time points without a file. */
  readonly missing: number;
  readonly lines: readonly string[];
}

/** Series with gaps that are told one by one. */
const MOST_SERIES = 60;
const HOUR_MS = 3_600_000;

export function figuresSection({ totals }: DaySummary, missing: number): Html {
  const figure = (kind: string, n: number | string, what: string) =>
    html`<li class="${kind}"><b>${typeof n === "number" ? n.toLocaleString("en") : n}</b>${what}</li>`;
  const when = (n: number, item: Html) => (n > 0 ? [item] : []);
  return html`<ul class="figures">${[
    figure("all", totals.frames, "frames"),
    figure("focused", totals.focused, "in focus"),
    figure("defocused", totals.defocused, "out of focus"),
    figure("defocused", totals.reconstructed, "reconstructed"),
    figure("uncertain", totals.uncertain, "uncertain"),
    ...when(totals.blank, figure("blank", totals.blank, "blank")),
    ...when(totals.problems, figure("problem", totals.problems, "not judged")),
    ...when(totals.open, figure("open", totals.open, "still open")),
    ...when(missing, figure("problem", missing, "time points missing")),
  ]}</ul>`;
}

/** To the parts of a long page. */
export function contents(): Html {
  const parts = ["problems", "gaps", "hours", "positions", "reconstructions", "models"] as const;
  const names = { hours: "the day", positions: "focus over time", models: "models and engine" } as const;
  const links = parts.map(
    (part) => html`<a href="#${part}">${part in names ? names[part as keyof typeof names] : part}</a> `,
  );
  return html`<nav>${links}</nav>`;
}

export function problemsSection(groups: readonly ProblemGroup[]): Html {
  if (groups.length === 0)
    return html`<h2 id="problems">Problems</h2><p>None: every frame that was complete has a verdict.</p>`;
  const told = groups.map(({ code, what, todo, frames, open, examples }) => {
    const more = frames - examples.length;
    const names = examples.map((name) => html`<li>${nameOf(name)}</li>`);
    const tried = open > 0 ? html` (${open === frames ? "being tried again" : `${open} being tried again`})` : html``;
    const rest = more > 0 ? html`<li class="soft">and ${count(more, "more", "more")}</li>` : html``;
    return html`<div class="problem-group"><h3>${count(frames, "frame")}: ${what}${tried}</h3><p>${todo} <code>${code}</code></p><ul class="plain">${names}${rest}</ul></div>`;
  });
  return html`<h2 id="problems">Problems</h2>${told}`;
}

export function gapsSection(gaps: readonly SeriesGaps[]): Html {
  if (gaps.length === 0)
    return html`<h2 id="gaps">Gaps</h2><p>None: no time point is missing between the first and the last one, and none came late or out of order, as far as names and files tell.</p>`;
  const rows = gaps
    .slice(0, MOST_SERIES)
    .map(
      ({ place, plane, lines }) => html`<tr><td><b>${nameOf(place)}</b> ${plane}</td><td>${lines.join("; ")}</td></tr>`,
    );
  const more = gaps.length - MOST_SERIES;
  const rest =
    more > 0
      ? html`<p class="soft">and ${count(more, "more series", "more series")}: <code>refocusd series</code> tells all.</p>`
      : html``;
  return html`<h2 id="gaps">Gaps</h2><p class="soft">Between the first and the last time point of each series. A file that was set aside before it was complete is missing here too.</p><table>${rows}</table>${rest}`;
}

export function hoursSection(
  { hours, firstMs, lastMs, latencyMs }: DaySummary,
  day: { startMs: number; endMs: number },
  times: DayTimes,
): Html {
  if (firstMs === null || lastMs === null) return html``;
  const latency =
    latencyMs === null
      ? ""
      : ` From complete to judged (and reconstructed) half of the frames took up to ${duration(latencyMs.p50)}, 95 % up to ${duration(latencyMs.p95)}, the slowest ${duration(latencyMs.max)}.`;
  const plot = hoursPlot(hours, Math.round((day.endMs - day.startMs) / HOUR_MS), (hour) =>
    times.clock(day.startMs + hour * HOUR_MS),
  );
  return html`<h2 id="hours">The day</h2><p class="soft">Frames by hour of arrival; the first came at ${times.clock(firstMs)}, the last at ${times.clock(lastMs)}.${latency}</p>${plot}`;
}

/** Colours, told once for all plots. */
export function keyList({ blank, problems, open }: Totals): Html {
  const item = (kind: string, text: string) => html`<li><i class="${kind}"></i>${text}</li>`;
  return html`<ul class="key">${[
    item("focused", "in focus"),
    item("uncertain", "uncertain"),
    item("defocused", "out of focus"),
    ...(blank > 0 ? [item("blank", "blank")] : []),
    ...(problems > 0 ? [item("problem", "not judged")] : []),
    ...(open > 0 ? [item("open", "still open")] : []),
  ]}</ul>`;
}

export function toolsSection({ models, engines, runs }: DayTools, times: DayTimes): Html {
  const item = (what: string, which: string, facts: Html) => html`<dt>${what} <b>${which}</b></dt><dd>${facts}</dd>`;
  return html`<h2 id="models">Models and engine</h2><dl>${[
    ...models.map(({ role, name, version, sha256, frames }) =>
      item(role, `${name} ${version}`, html`${count(frames, "frame")}, SHA-256 of its weights <code>${sha256}</code>`),
    ),
    ...engines.map(({ name, version, device, frames }) =>
      item("engine", `${name} ${version}`, html`${count(frames, "frame")}, on ${device}`),
    ),
    ...runs.map(({ version, host, startedMs, configSha256 }) =>
      item(
        "refocusd",
        version,
        html`on ${nameOf(host)} since ${times.moment(startedMs)}, SHA-256 of its configuration <code>${configSha256}</code>`,
      ),
    ),
  ]}</dl>`;
}
