import { CATALOGUE, type ErrorCode } from "../../errors/catalogue.js";
import type { SourceFacts } from "../../frames/facts.js";
import type { EventStory, FrameStory } from "../../ledger/story.js";
import { isHoldCode } from "../../ledger/types.js";
import type { FrameCourse } from "../../report/series-course.js";
import { distanceText } from "../distance-text.js";
import { printable } from "../frame-text.js";
import { heldRows, trustRows } from "../trust-text.js";
import { acquisitionRows, courseRows } from "./acquisition-text.js";
import { basisRows, chainRows } from "./basis-text.js";

/**
 * The whole story of a file in plain words: which bytes, which model, which settings, which numbers, when.
 * @param missing what a file that is not complete lacks at present
 * @param courseOf how the series of a frame went on
 */
export function explainStory(
  path: string,
  stories: readonly FrameStory[],
  missing?: string,
  courseOf: (story: FrameStory) => FrameCourse | undefined = () => undefined,
): string {
  if (stories.length === 0) {
    return `${printable(path)}\n  The ledger does not know this file. Is its folder watched, and does its name match the patterns?\n`;
  }
  const lines: string[] = [];
  for (const story of stories) lines.push(...explainFrame(story, missing, courseOf(story)), "");
  return `${lines.join("\n")}`;
}

function explainFrame(story: FrameStory, missing: string | undefined, course: FrameCourse | undefined): string[] {
  const lines = [headline(story), `  ${sentence(story)}`];
  if (story.state === "seen" && missing !== undefined) lines.push(`  Now: ${printable(missing)}.`);
  const row = (label: string, value: string | null | undefined) => {
    if (value !== null && value !== undefined) lines.push(`  ${label.padEnd(16)}${value}`);
  };
  row(
    "bytes",
    story.sha256 === null ? null : `SHA-256 ${story.sha256}, ${story.size} bytes, modified ${time(story.mtimeMs)}`,
  );
  const facts = (story.facts ?? {}) as Partial<SourceFacts>;
  const { width, height, channels, bitDepth, pixelSizeUm, sampleFormat, whiteIsZero, plane } = facts;
  if (width !== undefined) {
    const format = sampleFormat === "float" ? " floating point" : sampleFormat === "int" ? " signed" : "";
    const kind = `${format}${whiteIsZero ? ", white is 0" : ""}`;
    const pixel = pixelSizeUm === undefined ? "" : `, ${pixelSizeUm} µm per pixel`;
    row("pixels", `${width} × ${height}, ${channels === 3 ? "RGB" : "mono"}, ${bitDepth} bits${kind}${pixel}`);
  }
  row("plane", plane && `t ${plane.t}, z ${plane.z}, c ${plane.c}, counted from 0, by the file's description`);
  row(
    "series",
    story.seriesKey === null
      ? story.isNameUnread
        ? "none: its name tells no place in a time-lapse (refocusd names test shows how names are read)"
        : null
      : `${printable(story.seriesKey)}, time point ${story.time ?? "unknown"}`,
  );
  if (story.acquisition) {
    for (const [label, value] of acquisitionRows(story.acquisition)) row(label, value);
    if (course) for (const [label, value] of courseRows(story.acquisition, course)) row(label, value);
  }
  if (story.pDefocused !== null) {
    const { focusedBelow, defocusedAbove } = story.thresholds ?? {};
    row(
      "P(defocused)",
      `${story.pDefocused.toFixed(4)}  (focused below ${focusedBelow}, defocused above ${defocusedAbove})`,
    );
  }
  row("from focus", distanceText(story));
  story.focusMap?.forEach((values, r) => {
    row(r === 0 ? "focus map" : "", values.map((p) => p.toFixed(2)).join("  "));
  });
  for (const [label, value] of basisRows(story)) row(label, value);
  for (const { verdict, reviewer, note, reviewedMs } of story.reviews) {
    const words = note === null ? "" : `: ${printable(note)}`;
    row("review", `${verdict}, says ${printable(reviewer)}, ${time(reviewedMs)}${words}`);
  }
  row("classifier", model(story.classifier));
  const made = story.reconstruction;
  if (made) {
    row("reconstruction", printable(made.path));
    row("", `SHA-256 ${made.sha256}, ${made.size} bytes, by ${model(made.model)}`);
    for (const [label, value] of [...heldRows(story), ...trustRows(story)]) row(label, value);
    row("written as", writtenAs(story));
  }
  for (const { kind, path, sha256, size } of story.companions) {
    row(kind.replace("-", " "), printable(path));
    row("", `SHA-256 ${sha256}, ${size} bytes`);
  }
  row("engine", story.engine && `${story.engine.name} ${story.engine.version} on ${story.engine.device}`);
  row(
    "steps",
    story.timings &&
      Object.entries(story.timings)
        .map(([step, ms]) => `${step} ${ms} ms`)
        .join(", "),
  );
  row(
    "run",
    story.run &&
      `${story.run.id}: refocusd ${story.run.version} on ${story.run.host}, configuration ${story.run.configSha256.slice(0, 12)} at its start`,
  );
  row("machine", story.run?.cpu && `${story.run.cpu}, ${story.run.platform}, Node ${story.run.node}`);
  for (const [label, value] of chainRows(story)) row(label, value);
  if (story.errorCode !== null) {
    row("code", `${story.errorCode}: ${story.errorDetail ?? ""}`);
    if (story.errorCode in CATALOGUE) row("what to do", CATALOGUE[story.errorCode as ErrorCode].todo);
  }
  row(
    "older story",
    story.archivedDay && `events, attempts and details are in the daily file of ${story.archivedDay} (ledger.keepDays)`,
  );
  lines.push("  what happened");
  for (const event of story.events) lines.push(`    ${time(event.atMs)}  ${event.kind}${detail(event)}`);
  return lines;
}

function headline(story: FrameStory): string {
  const page = (story.pages ?? 1) > 1 ? `, page ${story.page} of ${story.pages}` : "";
  const revision =
    story.revision > 1 || !story.isCurrent
      ? `, content ${story.revision}${story.isCurrent ? "" : " (overwritten since)"}`
      : "";
  return `${printable(story.path)}${page}${revision}`;
}

function sentence(story: FrameStory): string {
  switch (story.state) {
    case "seen":
      return "It was seen and is not complete yet.";
    case "ready":
      if (isHoldCode(story.errorCode) && story.notBeforeMs === 0)
        return "It was judged, and waits until what is made of it can be written.";
      return story.failedAttempts > 0
        ? `It failed ${times(story.failedAttempts)} and will be tried again at ${time(story.notBeforeMs)}.`
        : "It is complete and waits for its turn.";
    case "working":
      return "It is being worked on.";
    case "done": {
      const verdict = VERDICT_SENTENCES[story.verdict ?? "blank"];
      return story.reconstruction ? `${verdict} A reconstruction was written.` : verdict;
    }
    case "quarantined":
      return `It was set aside: ${whatIs(story.errorCode)}.`;
    case "gone":
      return "It was removed before it was judged.";
    case "superseded":
      return "It was overwritten before it was judged; the new content has its own story.";
  }
}

const VERDICT_SENTENCES = {
  focused: "It is in focus.",
  defocused: "It is out of focus.",
  uncertain: "Whether it is in focus could not be decided.",
  blank: "It shows nothing that could be in focus.",
} as const;

function whatIs(code: string | null): string {
  return code !== null && code in CATALOGUE ? CATALOGUE[code as ErrorCode].what : "for an unknown reason";
}

function model(ref: FrameStory["classifier"]): string | null {
  return ref && `${ref.name} ${ref.version} (SHA-256 ${ref.sha256.slice(0, 12)}…)`;
}

function detail({ detail }: EventStory): string {
  if (!detail) return "";
  return `  ${Object.entries(detail)
    .filter(([, value]) => value !== null && typeof value !== "object")
    .map(([key, value]) => `${key}=${printable(String(value))}`)
    .join(" ")}`;
}

/** By the settings of then; null where they are not known (any more). */
function writtenAs({ settings }: FrameStory): string | null {
  if (settings === null) return null;
  // A version that left it out knew but one way.
  const { compression, description } = settings.writing ?? { compression: "none", description: "imagej" };
  const packed = compression === "deflate" ? "packed losslessly (Deflate)" : "not compressed";
  return `${packed}; description: ${description === "ome" ? "OME-XML" : "ImageJ's"}`;
}

function times(n: number): string {
  return n === 1 ? "once" : `${n} times`;
}

/** Local time, as people compare it with their notes. */
function time(ms: number | null): string {
  if (ms === null) return "unknown";
  const format = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium" });
  return `${format.format(ms)}.${String(Math.floor(ms) % 1000).padStart(3, "0")}`;
}
