import { createHash } from "node:crypto";

export type LinkKind = "begin" | "restored" | "done" | "quarantined" | "gone" | "superseded";

/** One row of the table `chain`, but for the hash over it. */
export interface Link {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly kind: LinkKind;
  readonly atMs: number;
  readonly frameId: number | null;
  /** Attempts up to this number are covered; null where there was none. */
  readonly throughAttempt: number | null;
  /** Events up to this id are covered. */
  readonly throughEvent: number | null;
  readonly sections: SectionHashes | null;
  readonly text: string | null;
}

/** What the ledger says about one frame, in four parts: two that stay, and two that may leave for a daily file. */
export const SECTIONS = ["frame", "output", "details", "history"] as const;
export type Section = (typeof SECTIONS)[number];
/** SHA-256, 32 bytes each. */
export type SectionHashes = Readonly<Record<Section, Buffer>>;

/** The hash before the first one. */
export const NO_LINK = Buffer.alloc(32);

/** Stands at the head of what is hashed, so that a later way of doing it cannot be taken for this one. */
const FORMAT = "refocusd chain 1";

export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * The hash of a link: of the one before it and of everything that its own row says, a value per line, nothing for null. No value holds a
 * line break: the free text goes in as its own hash.
 */
export function linkHash(link: Link, previous: Buffer): Buffer {
  const { seq, kind, atMs, frameId, throughAttempt, throughEvent, sections, text } = link;
  const lines = [
    ...[FORMAT, previous.toString("hex"), seq, kind, atMs, frameId ?? "", throughAttempt ?? "", throughEvent ?? ""],
    ...SECTIONS.map((name) => sections?.[name].toString("hex") ?? ""),
    text === null ? "" : sha256(text).toString("hex"),
  ];
  return sha256(lines.join("\n"));
}

/** A moment of the chain as people note it down: "1234:9f3a…", the number of the last link and its hash. */
export interface ChainHead {
  readonly seq: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export function headText({ seq, sha256: hash }: ChainHead): string {
  return `${seq}:${hash}`;
}

/** @returns undefined for what is no such text. */
export function parseHead(text: string): ChainHead | undefined {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return seq === undefined || hash === undefined ? undefined : { seq: Number(seq), sha256: hash };
}
