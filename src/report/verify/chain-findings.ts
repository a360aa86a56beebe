import type { LinkKind, Section } from "../../ledger/chain/link.js";

/** One value that is not what it was when the link was made. */
export interface Difference {
  /** Such as `verdict` or `events[2].detail_json`. */
  readonly what: string;
  readonly was: unknown;
  readonly is: unknown;
}

/** Something that does not fit the chain. */
export type ChainFinding =
  /** The link itself: it was changed, or one before it is missing. */
  | { readonly kind: "broken"; readonly seq: number; readonly why: string }
  /** What the ledger, or the daily file to which it left, says about an outcome is not what it said then. */
  | {
      readonly kind: "differs";
      readonly seq: number;
      readonly frameId: number;
      readonly path: string;
      readonly page: number;
      readonly section: Section;
      /** A daily file; null for the ledger. */
      readonly file: string | null;
      /** Null where nothing is left that says what it was. */
      readonly differences: readonly Difference[] | null;
    }
  /** A frame of which there is a link and no row. */
  | { readonly kind: "frame gone"; readonly seq: number; readonly frameId: number }
  /** A frame that came to an end of which no link tells. */
  | {
      readonly kind: "unlinked";
      readonly frameId: number;
      readonly path: string;
      readonly page: number;
      readonly state: string;
      /** The newest of the frame, if it has any. */
      readonly linked: LinkKind | null;
    }
  /** Other frames than at the beginning are marked as having ended before the chain. */
  | { readonly kind: "other beginning"; readonly seq: number; readonly was: number; readonly is: number }
  /** A head that was written down elsewhere, and is not in this chain. */
  | {
      readonly kind: "other head";
      readonly seq: number;
      readonly sha256: string;
      /** Where it was written down. */
      readonly where: string;
      /** What the chain has there; null where it ends before. */
      readonly found: string | null;
    }
  /** A daily file that is there and does not tell what it was checked to hold. */
  | { readonly kind: "unreadable"; readonly seq: number; readonly file: string; readonly why: string };

/** The values in which two JSON structures differ, by their places. At most `most`. */
export function differences(was: unknown, is: unknown, most = 10): Difference[] {
  const found: Difference[] = [];
  compare("", was, is, found);
  return found.slice(0, most);
}

function compare(at: string, was: unknown, is: unknown, found: Difference[]): void {
  if (Object.is(was, is)) return;
  if (!isStructure(was) || !isStructure(is)) {
    found.push({ what: at === "" ? "the row" : at, was, is });
    return;
  }
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const place = Array.isArray(was) ? `${at}[${key}]` : at === "" ? key : `${at}.${key}`;
    compare(place, was[key], is[key], found);
  }
}

function isStructure(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
