import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { expect, test } from "vitest";
import { headText } from "../../src/ledger/chain/link.js";
import { frameResult, openTestLedger, ROOT, settledSource, temporaryFolder } from "../ledger/support.js";
import { auditChain } from "./audit-chain.js";

/** Two judged frames, and the head of then in a log file. */
function place() {
  const state = temporaryFolder();
  const path = join(state, "ledger.sqlite");
  const ledger = openTestLedger({ path });
  for (const name of ["a", "b"]) {
    ledger.settled(ROOT, settledSource(`${ROOT}/${name}.tif`), undefined);
    const [job] = ledger.takeReady(9e9, 1);
    ledger.finished(job!.id, frameResult(), 9e9);
  }
  mkdirSync(join(state, "log"));
  const line = JSON.stringify({ message: "the chain", chainHead: headText(ledger.chainHead()!) });
  writeFileSync(join(state, "log", "refocusd-2026-11-24.log"), `${line}\n`);
  ledger.close();
  /** As somebody does who knows SQLite. */
  const tamper = (sql: string) => {
    const db = new BetterSqlite3(path);
    const triggers = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
    for (const name of triggers) db.exec(`DROP TRIGGER "${name}"`);
    db.exec(sql);
    db.close();
  };
  return { place: { state, ledger: path }, tamper };
}

test("finds nothing where nothing was changed", async () => {
  expect(await auditChain(place().place)).toEqual([]);
});

test.each([
  ["a verdict that was changed", "UPDATE frames SET p_defocused = 0.9 WHERE id = 1", "a.tif"],
  ["an outcome without its link", "DELETE FROM chain WHERE frame_id = 2", "b.tif"],
  [
    "an end that was cut off",
    "DELETE FROM chain WHERE frame_id = 2; UPDATE frames SET before_chain = 1 WHERE id = 2",
    "log",
  ],
])("finds %s", async (_, sql, where) => {
  const { place: one, tamper } = place();
  tamper(sql);
  const findings = await auditChain(one);
  expect(findings.map(({ kind }) => kind)).toContain("altered");
  expect(findings.some(({ what }) => what.includes(where))).toBe(true);
});
