import type { Totals } from "./day-totals.js";
import { count } from "./times.js";

/** The day in a few sentences, the most important first. */
export function leadText(totals: Totals, positions: number, missing: number): string {
  if (totals.frames === 0) return "Nothing happened on this day: no frame came, and none was judged.";
  const sentences = [`${count(totals.frames, "frame")} from ${count(positions, "position")}.`, focusText(totals)];
  if (totals.problems > 0) sentences.push(`${count(totals.problems, "frame")} could not be judged.`);
  if (missing > 0) sentences.push(`${count(missing, "time point")} ${missing === 1 ? "is" : "are"} missing.`);
  if (totals.open > 0)
    sentences.push(`${count(totals.open, "frame")} ${totals.open === 1 ? "was" : "were"} still open.`);
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function focusText({ frames, problems, open, defocused, repaired, uncertain }: Totals): string {
  if (frames === problems + open) return "";
  const doubtful = uncertain > 0 ? ` ${count(uncertain, "frame")} ${uncertain === 1 ? "was" : "were"} uncertain.` : "";
  if (defocused === 0) return `None was out of focus.${doubtful}`;
  const all = defocused === 1 ? "and it was reconstructed" : "all of them reconstructed";
  const some = repaired === 0 ? "none of them reconstructed" : `${repaired.toLocaleString("en")} of them reconstructed`;
  const how = repaired === defocused ? all : some;
  return `${defocused.toLocaleString("en")} ${defocused === 1 ? "was" : "were"} out of focus, ${how}.${doubtful}`;
}
