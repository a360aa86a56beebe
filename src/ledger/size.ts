import { statSync } from "node:fs";

/** What a ledger takes up on the disk, its write-ahead log included, bytes. */
export function ledgerBytes(path: string): number {
  return ["", "-wal"].reduce((sum, end) => sum + (statSync(path + end, { throwIfNoEntry: false })?.size ?? 0), 0);
}
