import { basename } from "node:path";
import { CATALOGUE, type ErrorCode } from "../errors/catalogue.js";
import type { FrameStory } from "../ledger/story.js";
import { distancePhrase } from "../report/distance-text.js";
import { trustPhrase } from "../report/trust-verdict.js";
import type { OneShotResult } from "./one-shot.js";
import { trustVerdict } from "./trust-text.js";

/** One frame on one line, for people. */
export function frameLine(story: FrameStory): string {
  const name = `${printable(basename(story.path))}${(story.pages ?? 1) > 1 ? ` page ${story.page}` : ""}`;
  if (story.verdict === null) {
    const code = story.errorCode ?? "RF_INTERNAL";
    const what = code in CATALOGUE ? CATALOGUE[code as ErrorCode].what : code;
    return `${story.state.padEnd(11)}          ${name}: ${what} (${code})`;
  }
  const p = story.pDefocused === null ? "        " : `p=${story.pDefocused.toFixed(3)} `;
  const trust = story.reconstruction?.trust ?? null;
  const believed = trust === null ? "" : ` (${trustPhrase(trust, trustVerdict(story))})`;
  const to = story.reconstruction ? ` → ${printable(story.reconstruction.path)}${believed}` : "";
  const far = story.distance === null ? "" : `, |z| ${distancePhrase(story.distance, story.acquisition)}`;
  return `${story.verdict.padEnd(11)} ${p} ${name}${far}${to}`;
}

/** File names may hold line breaks and terminal commands. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "�");
}

export function oneShotSummary(result: OneShotResult, where: { readonly state: string; readonly out: string }): string {
  const lines = [`${result.frames} ${result.frames === 1 ? "frame" : "frames"}, ${result.failed} without a verdict`];
  for (const [rule, count] of Object.entries(result.ignored)) lines.push(`ignored by the rule ${rule}: ${count}`);
  if (result.interrupted) lines.push("interrupted; the same command goes on where it was");
  lines.push(`reconstructions are in ${where.out}, the ledger in ${where.state}`);
  return `${lines.join("\n")}\n`;
}
