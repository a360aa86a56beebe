import { sha256 } from "./link.js";
import type { Ask } from "./sections.js";

/** What the first link says: which frames had come to their end before there was a chain. */
export interface BeforeChain {
  readonly framesBefore: number;
  /** Of their row numbers, joined by commas, in rising order. */
  readonly idsSha256: string;
}

/** So that no frame can be passed off later as one that the chain need not cover. */
export function beforeChain(ask: Ask): BeforeChain {
  const ids = ask<{ id: number }>("SELECT id FROM frames WHERE before_chain = 1 ORDER BY id").map(({ id }) => id);
  return { framesBefore: ids.length, idsSha256: sha256(ids.join(",")).toString("hex") };
}
