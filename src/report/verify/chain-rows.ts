import { type Link, type LinkKind, SECTIONS, type SectionHashes } from "../../ledger/chain/link.js";
import type { Ask } from "../../ledger/chain/sections.js";

/** A link as it stands in the ledger, with the hash over it. */
export interface StoredLink extends Link {
  readonly hash: Buffer;
}

interface Row {
  readonly seq: number;
  readonly kind: LinkKind;
  readonly atMs: number;
  readonly frameId: number | null;
  readonly throughAttempt: number | null;
  readonly throughEvent: number | null;
  readonly frame: Buffer | null;
  readonly output: Buffer | null;
  readonly details: Buffer | null;
  readonly history: Buffer | null;
  readonly text: string | null;
  readonly hash: Buffer;
}

/** Rows read at a stretch: bounded memory, and no statement left open that would keep the daemon's WAL from shrinking. */
const CHUNK = 500;

/** Every link, in order. */
export function* storedLinks(ask: Ask): Generator<StoredLink> {
  let last = 0;
  for (;;) {
    const rows = ask<Row>(
      `SELECT seq, kind, at_ms AS atMs, frame_id AS frameId, through_attempt AS throughAttempt, through_event AS throughEvent,
         frame_sha256 AS frame, output_sha256 AS output, details_sha256 AS details, history_sha256 AS history, text,
         chain_sha256 AS hash
       FROM chain WHERE seq > ? ORDER BY seq LIMIT ${CHUNK}`,
      last,
    );
    yield* rows.map(linkOf);
    const final = rows.at(-1);
    if (final === undefined || rows.length < CHUNK) return;
    last = final.seq;
  }
}

function linkOf({ frame, output, details, history, ...row }: Row): StoredLink {
  const parts = { frame, output, details, history };
  const isWhole = SECTIONS.every((name) => parts[name] !== null);
  return { ...row, sections: isWhole ? (parts as SectionHashes) : null };
}
