import type { Database } from "better-sqlite3";
import { type ChainHead, headText } from "../ledger/chain/link.js";

/** Where the ledger's chain ended when a daily file was written, in the file's `meta`. */
export const CHAIN_HEAD = "daily-log.chain-head";

/**
 * Writes down, outside the ledger, where its chain ends: `verify --chain` compares that.
 * @param db a daily file in the making, to which the ledger is attached as `ledger`
 */
export function noteChainHead(db: Database): void {
  const head = db
    .prepare("SELECT seq, lower(hex(chain_sha256)) AS sha256 FROM ledger.chain ORDER BY seq DESC LIMIT 1")
    .get() as ChainHead | undefined;
  if (head !== undefined) db.prepare("INSERT INTO meta (key, value) VALUES (?, ?)").run(CHAIN_HEAD, headText(head));
}
