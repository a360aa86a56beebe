import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import BetterSqlite3 from "better-sqlite3";
import { type ChainHead, parseHead } from "../../ledger/chain/link.js";
import { CHAIN_HEAD } from "../daily-log-chain.js";

/** A head of the chain that was written down outside the ledger. */
export interface RecordedHead extends ChainHead {
  /** A file, or how it was given. */
  readonly where: string;
}

/**
 * The heads in these folders: each daily file has that of the moment at which it was written, each log file those that the daemon
 * told. A file that cannot be read tells none; a folder that is not there has none.
 */
export async function recordedHeads(folders: Iterable<string>): Promise<RecordedHead[]> {
  const heads: RecordedHead[] = [];
  for (const folder of new Set(folders)) {
    const names = (await readdir(folder).catch(() => [])).toSorted();
    for (const name of names) {
      const path = join(folder, name);
      if (/^\d{4}-\d{2}-\d{2}\..*sqlite$/.test(name)) heads.push(...headOfDailyFile(path));
      else if (/^refocusd-.*\.log(\.\d+)?$/.test(name)) heads.push(...(await headsInLog(path)));
    }
  }
  return heads;
}

function headOfDailyFile(path: string): RecordedHead[] {
  try {
    const db = new BetterSqlite3(path, { readonly: true, fileMustExist: true });
    try {
      const text = db.prepare("SELECT value FROM meta WHERE key = ?").pluck().get(CHAIN_HEAD);
      const head = typeof text === "string" ? parseHead(text) : undefined;
      return head === undefined ? [] : [{ ...head, where: path }];
    } finally {
      db.close();
    }
  } catch {
    return [];
  }
}

async function headsInLog(path: string): Promise<RecordedHead[]> {
  const heads: RecordedHead[] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity })) {
      const [, text] = /"chainHead":"([^"]*)"/.exec(line) ?? [];
      const head = text === undefined ? undefined : parseHead(text);
      if (head !== undefined) heads.push({ ...head, where: path });
    }
  } catch {
    return heads;
  }
  return heads;
}
