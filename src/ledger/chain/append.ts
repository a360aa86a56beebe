import { RefocusdError } from "../../errors/refocusd-error.js";
import type { Store } from "../database.js";
import { createSelect } from "../select.js";
import { beforeChain } from "./before.js";
import { type ChainHead, headText, type Link, type LinkKind, linkHash, NO_LINK, SECTIONS } from "./link.js";
import { hashesOf, sectionText } from "./sections.js";

/**
 * Adds the outcome to which a frame has just come to the chain. Called inside the transaction that made it, last: so there is no outcome
 * without its link, wherever a kill strikes.
 */
export type AppendLink = (frameId: number, atMs: number) => void;

interface Newest {
  readonly seq: number;
  readonly hash: Buffer;
}

const INSERT = `INSERT INTO chain (seq, kind, at_ms, frame_id, through_attempt, through_event,
    frame_sha256, output_sha256, details_sha256, history_sha256, text, chain_sha256)
  VALUES (@seq, @kind, @atMs, @frameId, @throughAttempt, @throughEvent, @frame, @output, @details, @history, @text, @hash)`;

type Content = Omit<Link, "seq" | "atMs">;

/** Writes links, and the first one before the first outcome. */
function createAppend(store: Store): (content: Content, atMs: number) => void {
  const { db } = store;
  const newest = db.prepare("SELECT seq, chain_sha256 AS hash FROM chain ORDER BY seq DESC LIMIT 1");
  const insert = db.prepare(INSERT);

  function write(content: Content, atMs: number, before: Newest | undefined): Newest {
    const link = { ...content, seq: (before?.seq ?? 0) + 1, atMs: Math.round(atMs) };
    const hash = linkHash(link, before?.hash ?? NO_LINK);
    const { seq, kind, frameId, throughAttempt, throughEvent, text } = link;
    const sections = Object.fromEntries(SECTIONS.map((name) => [name, link.sections?.[name] ?? null]));
    insert.run({ seq, kind, atMs: link.atMs, frameId, throughAttempt, throughEvent, text, hash, ...sections });
    return { seq, hash };
  }

  return (content, atMs) => {
    // Not when the ledger is made: a frame that came to its end before the first link must not look as if it had one.
    const before = (newest.get() as Newest | undefined) ?? write(beginning(store), atMs, undefined);
    write(content, atMs, before);
  };
}

const WITHOUT_FRAME = { frameId: null, throughAttempt: null, throughEvent: null, sections: null } as const;

function beginning(store: Store): Content {
  return { ...WITHOUT_FRAME, kind: "begin", text: JSON.stringify(beforeChain(createSelect(store).select)) };
}

export function createLinks(store: Store): AppendLink {
  const append = createAppend(store);
  const ask = createSelect(store).select;
  const extentOf = store.db.prepare(
    `SELECT f.state, (SELECT max(number) FROM attempts WHERE frame_id = f.id) AS throughAttempt,
       (SELECT max(id) FROM events WHERE frame_id = f.id) AS throughEvent
     FROM frames f WHERE f.id = ?`,
  );
  return (frameId, atMs) => {
    const found = extentOf.get(frameId) as
      | { state: LinkKind; throughAttempt: number | null; throughEvent: number | null }
      | undefined;
    if (found === undefined) throw new RefocusdError("RF_INTERNAL", `frame ${frameId} is unknown`);
    const { state: kind, ...extent } = found;
    const text = (section: (typeof SECTIONS)[number]) => sectionText(section, ask, frameId, extent);
    const texts = { frame: text("frame"), output: text("output"), details: text("details"), history: text("history") };
    // A frame that was set aside can be put back, and its row then says something else: so what it said is kept.
    const kept = kind === "quarantined" ? texts.frame : null;
    append({ kind, frameId, ...extent, sections: hashesOf(texts), text: kept }, atMs);
  };
}

/** What a `restored` link says. */
export interface Restored {
  /** The ledger that was put aside: its last link, and the highest number that any ledger before it had. */
  readonly replaced: { readonly head: string; readonly highest: number } | null;
  /** The name of the backup's file. */
  readonly backup: string;
}

/** Tells in the chain itself that the ledger was replaced by a backup; without it, the links since the backup would just be missing. */
export function appendRestored(store: Store, replaced: (ChainHead & { highest: number }) | null, backup: string): void {
  const said: Restored = {
    replaced: replaced && { head: headText(replaced), highest: replaced.highest },
    backup,
  };
  store.atomic(() => {
    createAppend(store)({ ...WITHOUT_FRAME, kind: "restored", text: JSON.stringify(said) }, store.clock.now());
  });
}
