import { headText, type Section } from "../../ledger/chain/link.js";
import type { ChainFinding, Difference } from "../../report/verify/chain-findings.js";
import type { ChainSummary } from "../../report/verify/verify-chain.js";
import { printable } from "../frame-text.js";

const SECTION_TEXTS: Readonly<Record<Section, string>> = {
  frame: "the frame's row",
  output: "its output",
  details: "the record of its details (tiles, facts, settings, timings)",
  history: "the record of its attempts and events",
};

/** One finding, for people: on one line, and what differs below. */
export function chainFindingText(finding: ChainFinding): string {
  switch (finding.kind) {
    case "broken":
      return `BROKEN       link ${finding.seq}: ${finding.why}`;
    case "differs": {
      const { seq, section, path, page, file, differences } = finding;
      const where = file === null ? "" : ` in ${printable(file)}`;
      const what = `DIFFERS      link ${seq}  ${frameName(path, page)}: ${SECTION_TEXTS[section]}${where}`;
      if (differences === null) return `${what} is not what it was; nothing is left that tells what it was`;
      return [`${what} is not what it was`, ...differences.map(differenceLine)].join("\n");
    }
    case "frame gone":
      return `FRAME GONE   link ${finding.seq}: there is no row ${finding.frameId} any more`;
    case "unlinked": {
      const { path, page, state, linked } = finding;
      const has = linked === null ? "no link tells of it" : `its newest link says ${linked}`;
      return `UNLINKED     ${frameName(path, page)}: it is ${state}, and ${has}`;
    }
    case "other beginning": {
      const { seq, was, is } = finding;
      return `BEGINNING    link ${seq}: ${was} frames had ended before the chain, now ${is} are marked so, or others`;
    }
    case "other head": {
      const { seq, sha256, where, found } = finding;
      const has = found === null ? "the chain ends before it" : `the chain has ${found} there`;
      return `OTHER HEAD   ${printable(where)} has ${headText({ seq, sha256 })}; ${has}`;
    }
    case "unreadable":
      return `UNREADABLE   link ${finding.seq}: ${printable(finding.file)}: ${printable(finding.why)}`;
  }
}

export function chainSummaryText(summary: ChainSummary): string {
  const { links, head, framesBefore, storiesAway, restorations, heads, findings, firstMisfit } = summary;
  const lines = [head === null ? "the chain has not begun yet" : `${links} links, to ${headText(head)}`];
  if (framesBefore > 0)
    lines.push(`${framesBefore} frames had ended before the chain began: it says nothing about them`);
  if (storiesAway > 0)
    lines.push(`${storiesAway} outcomes: details and history have left for daily files that are not there`);
  for (const { seq, atMs, backup } of restorations)
    lines.push(`link ${seq}: on ${new Date(atMs).toISOString()} the ledger was replaced by ${printable(backup)}`);
  const replaced = heads.replaced === 0 ? "" : `; of links that a restored backup replaced: ${heads.replaced}`;
  lines.push(`heads written down elsewhere that are in the chain: ${heads.found}${replaced}`);
  const first = firstMisfit === null ? "" : `; the first link that does not fit is ${firstMisfit}`;
  lines.push(findings === 0 ? "everything fits" : `findings: ${findings}${first}`);
  return lines.join("\n");
}

function frameName(path: string, page: number): string {
  return `${printable(path)}${page === 0 ? "" : ` page ${page}`}`;
}

function differenceLine({ what, was, is }: Difference): string {
  return `               ${what}: was ${value(was)}, is ${value(is)}`;
}

function value(of: unknown): string {
  const text = of === undefined ? "nothing" : JSON.stringify(of);
  return printable(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
