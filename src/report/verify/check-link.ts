import { type BeforeChain, beforeChain } from "../../ledger/chain/before.js";
import { type Section, sha256 } from "../../ledger/chain/link.js";
import { type Ask, sectionText } from "../../ledger/chain/sections.js";
import { dayAt } from "../local-day.js";
import { type ChainFinding, type Difference, differences } from "./chain-findings.js";
import type { StoredLink } from "./chain-rows.js";
import type { DailyFiles } from "./daily-files.js";

/** What a link is compared with. */
export interface Evidence {
  readonly ask: Ask;
  readonly daily: DailyFiles;
  readonly timeZone: string;
}

export interface LinkCheck {
  readonly findings: readonly ChainFinding[];
  /** The frame's details and history have left the ledger for a daily file that is not there. */
  readonly isStoryAway: boolean;
}

interface FrameNow {
  readonly path: string;
  readonly page: number;
  readonly state: string;
  readonly archivedDay: string | null;
  readonly newest: number;
}

const FRAME_NOW = `SELECT path, page, state, archived_day AS archivedDay,
    (SELECT max(seq) FROM chain WHERE frame_id = f.id) AS newest FROM frames f WHERE id = ?`;

const NOTHING: LinkCheck = { findings: [], isStoryAway: false };

/** Compares what a link covers with what the ledger, and the daily file to which part of it has left, say now. */
export function checkLink(link: StoredLink, evidence: Evidence): LinkCheck {
  const { seq, kind, frameId } = link;
  if (kind === "begin") return { ...NOTHING, findings: checkBeginning(link, evidence.ask) };
  if (frameId === null || link.sections === null) return NOTHING;
  const [frame] = evidence.ask<FrameNow>(FRAME_NOW, frameId);
  if (frame === undefined) return { ...NOTHING, findings: [{ kind: "frame gone", seq, frameId }] };

  const findings: ChainFinding[] = [];
  const tell = (section: Section, file: string | null, text: string) => {
    const { path, page } = frame;
    const found = whatDiffers(link, section, text, evidence);
    findings.push({ kind: "differs", seq, frameId, path, page, section, file, differences: found });
  };
  const isRight = (section: Section, text: string) => sha256(text).equals(link.sections![section]);
  const check = (section: Section, ask: Ask, file: string | null = null) => {
    const text = sectionText(section, ask, frameId, link);
    if (!isRight(section, text)) tell(section, file, text);
  };
  if (link.text !== null && !isRight("frame", link.text)) tell("frame", null, link.text);
  // A frame that was put back since has another row by now; that is the matter of its next link.
  const isItsRow = frame.newest === seq && frame.state === kind;
  if (isItsRow) for (const section of ["frame", "output"] as const) check(section, evidence.ask);
  const story = isItsRow ? (["details", "history"] as const) : (["history"] as const);
  if (frame.archivedDay === null) {
    for (const section of story) check(section, evidence.ask);
    return { findings, isStoryAway: false };
  }
  const file = evidence.daily.pathOf(frame.archivedDay);
  try {
    const ask = evidence.daily.ask(frame.archivedDay);
    if (ask === undefined) return { findings, isStoryAway: true };
    for (const section of story) check(section, ask, file);
  } catch (error) {
    findings.push({ kind: "unreadable", seq, file, why: (error as Error).message });
  }
  return { findings, isStoryAway: false };
}

function checkBeginning({ seq, text }: StoredLink, ask: Ask): ChainFinding[] {
  const now = beforeChain(ask);
  if (text === JSON.stringify(now)) return [];
  const was = JSON.parse(text ?? "{}") as Partial<BeforeChain>;
  return [{ kind: "other beginning", seq, was: was.framesBefore ?? 0, is: now.framesBefore }];
}

/** What the section was can be told where a copy is left that has the link's hash: the text of the link itself, or the day's file. */
function whatDiffers(link: StoredLink, section: Section, now: string, evidence: Evidence): Difference[] | null {
  const expected = link.sections?.[section];
  const before = [section === "frame" ? link.text : null, inDailyFile(link, section, evidence)].find(
    (text) => text !== null && expected !== undefined && sha256(text).equals(expected),
  );
  return typeof before === "string" ? differences(JSON.parse(before), JSON.parse(now)) : null;
}

function inDailyFile(link: StoredLink, section: Section, { daily, timeZone }: Evidence): string | null {
  try {
    const ask = daily.ask(dayAt(link.atMs, timeZone));
    return ask === undefined ? null : sectionText(section, ask, link.frameId ?? 0, link);
  } catch {
    return null; // a file of an earlier schema, or damaged: it cannot tell
  }
}
