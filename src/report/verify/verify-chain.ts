import type { Restored } from "../../ledger/chain/append.js";
import { type ChainHead, type LinkKind, linkHash, NO_LINK } from "../../ledger/chain/link.js";
import type { LedgerReader } from "../../ledger/ledger.js";
import { localTimeZone } from "../local-day.js";
import type { ChainFinding } from "./chain-findings.js";
import { type StoredLink, storedLinks } from "./chain-rows.js";
import { checkLink, type Evidence } from "./check-link.js";
import { openDailyFiles } from "./daily-files.js";
import type { RecordedHead } from "./recorded-heads.js";

export interface VerifyChainDeps {
  readonly ledger: Pick<LedgerReader, "select">;
  /** The folder of the daily files. */
  readonly dailyLogs: string;
  /** Heads that were written down outside the ledger. */
  readonly heads: readonly RecordedHead[];
  /** As they come; nothing is collected. */
  readonly onFinding: (finding: ChainFinding) => void;
  /** Links checked, of so many. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Restoration {
  readonly seq: number;
  readonly atMs: number;
  /** The name of the backup's file. */
  readonly backup: string;
}

export interface ChainSummary {
  readonly links: number;
  /** The newest link; null before the first outcome. */
  readonly head: ChainHead | null;
  /** Frames that ended before there was a chain. */
  readonly framesBefore: number;
  /** Outcomes whose details and history are in a daily file that is not there. */
  readonly storiesAway: number;
  readonly restorations: readonly Restoration[];
  /** Recorded heads that are in the chain; and those of links that a restored backup has taken the place of. */
  readonly heads: { readonly found: number; readonly replaced: number };
  readonly findings: number;
  /** The number of the first link that does not fit. */
  readonly firstMisfit: number | null;
}

/**
 * Goes through the chain from its first link on: whether each follows from the one before, whether the ledger still says what it covers,
 * whether each outcome has its link, and whether the chain still has the heads that were written down elsewhere. Changes nothing.
 */
export function verifyChain(deps: VerifyChainDeps): ChainSummary {
  const { ledger, heads } = deps;
  const ask = ledger.select;
  const daily = openDailyFiles(deps.dailyLogs);
  const evidence: Evidence = { ask, daily, timeZone: localTimeZone() };
  const total = ask<{ n: number }>("SELECT count(*) AS n FROM chain")[0]?.n ?? 0;
  const wanted = new Map<number, RecordedHead[]>();
  for (const head of heads) wanted.set(head.seq, [...(wanted.get(head.seq) ?? []), head]);
  const others: { head: RecordedHead; found: string | null }[] = [];
  const restorations: (Restoration & { readonly highest: number })[] = [];
  let [links, storiesAway, findings, headsFound] = [0, 0, 0, 0];
  let firstMisfit: number | null = null;
  let previous: StoredLink | undefined;
  const tell = (finding: ChainFinding) => {
    findings++;
    if ("seq" in finding) firstMisfit = Math.min(finding.seq, firstMisfit ?? finding.seq);
    deps.onFinding(finding);
  };

  try {
    for (const link of storedLinks(ask)) {
      const why = whyBroken(link, previous);
      if (why !== undefined) tell({ kind: "broken", seq: link.seq, why });
      let check = checkLink(link, evidence);
      // The daemon may be running, and have changed the frame between two questions.
      if (check.findings.length > 0) check = checkLink(link, evidence);
      for (const finding of check.findings) tell(finding);
      if (check.isStoryAway) storiesAway++;
      if (link.kind === "restored") restorations.push(restorationOf(link));
      for (const head of wanted.get(link.seq) ?? []) {
        const found = link.hash.toString("hex");
        if (found === head.sha256) headsFound++;
        else others.push({ head, found });
      }
      wanted.delete(link.seq);
      previous = link;
      links++;
      deps.onProgress?.(links, total);
    }
  } finally {
    daily.close();
  }
  for (const head of [...wanted.values()].flat()) others.push({ head, found: null });
  const isReplaced = ({ seq }: ChainHead) => restorations.some((each) => each.seq <= seq && seq <= each.highest);
  for (const { head, found } of others.filter((each) => !isReplaced(each.head))) {
    tell({ kind: "other head", ...head, found });
  }
  for (const frame of unlinked(ask)) tell({ kind: "unlinked", ...frame });
  return {
    ...{ links, storiesAway, findings, firstMisfit },
    head: previous === undefined ? null : { seq: previous.seq, sha256: previous.hash.toString("hex") },
    framesBefore: ask<{ n: number }>("SELECT count(*) AS n FROM frames WHERE before_chain = 1")[0]?.n ?? 0,
    restorations: restorations.map(({ seq, atMs, backup }) => ({ seq, atMs, backup })),
    heads: { found: headsFound, replaced: others.filter(({ head }) => isReplaced(head)).length },
  };
}

/** Why a link does not follow from the one before it. */
export function whyBroken(link: StoredLink, previous: StoredLink | undefined): string | undefined {
  const expected = (previous?.seq ?? 0) + 1;
  if (link.seq !== expected)
    return link.seq === expected + 1
      ? `link ${expected} is missing`
      : `links ${expected} to ${link.seq - 1} are missing`;
  if ((link.kind === "begin") !== (link.seq === 1)) return "the chain begins with the link begin, and has one only";
  if (linkHash(link, previous?.hash ?? NO_LINK).equals(link.hash)) return undefined;
  return "its hash does not follow from its row and the link before it";
}

function restorationOf({ seq, atMs, text }: StoredLink): Restoration & { highest: number } {
  const said = parsed(text);
  return { seq, atMs, backup: said.backup ?? "unknown", highest: said.replaced?.highest ?? 0 };
}

function parsed(text: string | null): Partial<Restored> {
  try {
    return JSON.parse(text ?? "{}") as Partial<Restored>;
  } catch {
    return {}; // its hash has told so already
  }
}

interface Unlinked {
  readonly frameId: number;
  readonly path: string;
  readonly page: number;
  readonly state: string;
  readonly linked: LinkKind | null;
}

// A frame at its end has a link that says so; one that is on its way again was set aside before. One query: of one moment.
const UNLINKED = `SELECT id AS frameId, path, page, state, linked FROM (
    SELECT id, path, page, state, before_chain,
      (SELECT kind FROM chain WHERE frame_id = f.id ORDER BY seq DESC LIMIT 1) AS linked FROM frames f)
  WHERE CASE WHEN state IN ('done', 'quarantined', 'gone', 'superseded')
    THEN linked IS NOT state AND NOT (linked IS NULL AND before_chain = 1)
    ELSE linked IN ('done', 'gone', 'superseded') END
  ORDER BY id`;

function unlinked(ask: LedgerReader["select"]): Unlinked[] {
  return ask<Unlinked>(UNLINKED);
}
