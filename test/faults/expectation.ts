/** What has to be true of one path when the daemon has come to rest. */
export interface Expectation {
  readonly path: string;
  /** Which writer made it, for the table. */
  readonly kind: string;
  /** SHA-256 of what lies there at the end; null: it was deleted. */
  readonly sha256: string | null;
  /** Pages, each a frame. */
  readonly pages: number;
  /** How often its content may have been taken for complete: 1, or 2 where a complete file was changed afterwards. */
  readonly contents: number;
  /** Codes with one of which it must be set aside instead of being judged. */
  readonly errorCodes?: readonly string[];
}

/** One row of the ledger, as far as the audit needs it. */
export interface LedgerRow {
  readonly id: number;
  readonly path: string;
  readonly revision: number;
  readonly page: number;
  readonly isCurrent: boolean;
  readonly state: string;
  readonly sha256: string | null;
  readonly errorCode: string | null;
  /** How many times it was recorded as finished. */
  readonly finished: number;
  /** Of its reconstructions. */
  readonly outputs: readonly { readonly path: string; readonly sha256: string }[];
  /** What else was written of it: maps, extracts. */
  readonly companions: readonly { readonly path: string; readonly sha256: string }[];
}

/** What lies on the disk: SHA-256 by path. */
export type Disk = ReadonlyMap<string, string>;

export const KINDS_OF_LOSS = ["lost", "duplicated", "altered", "wrong state"] as const;
export type KindOfLoss = (typeof KINDS_OF_LOSS)[number];

export interface Finding {
  readonly kind: KindOfLoss;
  readonly path: string;
  readonly what: string;
}

export function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
