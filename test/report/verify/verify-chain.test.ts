import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backUpLedger } from "../../../src/ledger/backup.js";
import { headText, linkHash } from "../../../src/ledger/chain/link.js";
import { compactLedger } from "../../../src/ledger/compact.js";
import type { Ledger } from "../../../src/ledger/ledger.js";
import { openLedger } from "../../../src/ledger/open.js";
import { restoreLedger } from "../../../src/ledger/restore.js";
import { silentLog } from "../../../src/log/log.js";
import { writeDailyLog } from "../../../src/report/daily-log.js";
import { localTimeZone } from "../../../src/report/local-day.js";
import { letOldStoriesLeave } from "../../../src/report/retention.js";
import type { ChainFinding } from "../../../src/report/verify/chain-findings.js";
import { storedLinks } from "../../../src/report/verify/chain-rows.js";
import { type RecordedHead, recordedHeads } from "../../../src/report/verify/recorded-heads.js";
import { verifyChain } from "../../../src/report/verify/verify-chain.js";
import { call, perform } from "../../ledger/calls.js";
import { frameResult, handClock, openTestLedger, ROOT, settledSource, temporaryFolder } from "../../ledger/support.js";
import { judge } from "../support.js";

const NOON = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
const timeZone = localTimeZone();

function check(ledger: Pick<Ledger, "select">, dailyLogs = "/nowhere", heads: readonly RecordedHead[] = []) {
  const findings: ChainFinding[] = [];
  const summary = verifyChain({ ledger, dailyLogs, heads, onFinding: (finding) => findings.push(finding) });
  expect(summary.findings).toBe(findings.length);
  return { summary, findings };
}

/** Three frames judged, the second defocused. */
function threeFrames(at = NOON, clock = handClock(NOON)): Ledger {
  const ledger = openTestLedger({ clock });
  ["a.tif", "b.tif", "c.tif"].forEach((name, i) => {
    judge(ledger, ROOT, name, at + i * 10_000, i === 1);
  });
  return ledger;
}

/** What somebody does who can write into the file, and knows how to get around the triggers. */
function tamper(ledger: Ledger, sql: string): void {
  const db = new BetterSqlite3(ledger.path);
  const triggers = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all() as string[];
  for (const name of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.pragma("foreign_keys = OFF");
  db.exec(sql);
  db.close();
}

describe("verifyChain", () => {
  it("finds nothing in any ledger, whatever happened to its files", () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
        const ledger = openLedger(":memory:", { clock: handClock(1) });
        try {
          const taken: number[] = [];
          ledger.batch(() => calls.forEach((step, index) => void perform(ledger, taken, step, index + 1)));
          const { findings } = check(ledger);
          expect(findings).toEqual([]);
        } finally {
          ledger.close();
        }
      }),
      { numRuns: 100 },
    );
  });

  it("counts links and tells the head", () => {
    const ledger = threeFrames();
    expect(check(ledger).summary).toEqual({
      ...{ links: 4, head: ledger.chainHead(), framesBefore: 0, storiesAway: 0, restorations: [] },
      ...{ heads: { found: 0, replaced: 0 }, findings: 0, firstMisfit: null },
    });
  });

  it.each([
    ["the verdict", "UPDATE frames SET verdict = 'focused' WHERE id = 2", "frame"],
    ["the source's hash", "UPDATE frames SET sha256 = hex(zeroblob(32)) WHERE id = 2", "frame"],
    ["a model's hash", "UPDATE models SET sha256 = '0' WHERE role = 'reconstructor'", "frame", "output"],
    ["a threshold", "UPDATE frames SET focused_below = 0.99 WHERE id = 2", "frame"],
    [
      "a tile's probability",
      `UPDATE frames SET focus_map_json = replace(focus_map_json, '0.2', '0.3') WHERE id = 2`,
      "details",
    ],
    ["an output's hash", "UPDATE reconstructions SET sha256 = hex(zeroblob(32))", "output"],
    ["an output taken away", "DELETE FROM reconstructions", "output"],
    ["an attempt", "UPDATE attempts SET started_ms = 1 WHERE frame_id = 2", "history"],
    ["an event taken away", "DELETE FROM events WHERE frame_id = 2 AND kind = 'started'", "history"],
    ["an event put in", `INSERT INTO events VALUES (0, 1, 'x', 2, NULL, NULL)`, "history"],
  ])("finds %s that was changed", (_what, sql, ...sections) => {
    const ledger = threeFrames();
    tamper(ledger, sql);
    const { findings, summary } = check(ledger);
    expect(findings).toMatchObject(sections.map((section) => ({ kind: "differs", seq: 3, frameId: 2, section })));
    expect(summary.firstMisfit).toBe(3);
  });

  it("finds links that were changed or taken away, and frames too", () => {
    const ledger = threeFrames();
    tamper(ledger, "UPDATE chain SET at_ms = at_ms + 1 WHERE seq = 2; DELETE FROM chain WHERE seq = 3");
    expect(check(ledger).findings).toMatchObject([
      { kind: "broken", seq: 2, why: expect.stringMatching(/does not follow/) },
      { kind: "broken", seq: 4, why: "link 3 is missing" },
      { kind: "unlinked", frameId: 2, state: "done", linked: null },
    ]);
    const other = threeFrames();
    tamper(other, "DELETE FROM frames WHERE id = 2");
    expect(check(other).findings).toEqual([{ kind: "frame gone", seq: 3, frameId: 2 }]);
  });

  it("finds an outcome that was written past the ledger, and one that is said to be older than the chain", () => {
    const ledger = threeFrames();
    tamper(
      ledger,
      `INSERT INTO frames (path, root, revision, page, state, seen_ms, finished_ms) VALUES ('/x', '/', 1, 0, 'gone', 1, 2);
       UPDATE frames SET state = 'ready', verdict = NULL, finished_ms = NULL WHERE id = 1`,
    );
    expect(check(ledger).findings).toMatchObject([
      { kind: "unlinked", frameId: 1, state: "ready", linked: "done" },
      { kind: "unlinked", frameId: 4, state: "gone", linked: null },
    ]);
    tamper(ledger, "UPDATE frames SET before_chain = 1 WHERE id = 4");
    expect(check(ledger).findings).toMatchObject([{ kind: "other beginning", was: 0, is: 1 }, { frameId: 1 }]);
  });

  it("tells from the day's file what a changed value was", async () => {
    const ledger = threeFrames();
    const folder = temporaryFolder();
    const clock = handClock(NOON + DAY);
    await writeDailyLog({ ledgerPath: ledger.path, day: "2026-11-23", folder, clock, timeZone });
    tamper(ledger, "UPDATE frames SET verdict = 'focused', p_defocused = 0.1 WHERE id = 2");
    expect(check(ledger, folder).findings).toMatchObject([
      {
        section: "frame",
        differences: [
          { what: "verdict", was: "defocused", is: "focused" },
          { what: "p_defocused", was: 0.97, is: 0.1 },
        ],
      },
    ]);
  });

  it("tells from the link itself what the row of a frame that was set aside said", () => {
    const ledger = openTestLedger();
    ledger.rejected(ROOT, "/a", { size: 0, mtimeMs: 1, ctimeMs: 1 }, "RF_ZERO_BYTES", "", 1);
    tamper(ledger, "UPDATE frames SET error_code = 'RF_INCOMPLETE'");
    expect(check(ledger).findings).toMatchObject([
      { section: "frame", differences: [{ what: "error_code", was: "RF_ZERO_BYTES", is: "RF_INCOMPLETE" }] },
    ]);
  });

  it("stays whole when stories leave; finds what was changed in the file to which they left", async () => {
    const clock = handClock(NOON + 10 * DAY);
    const ledger = threeFrames(NOON, clock);
    const folder = temporaryFolder();
    const write = (day: string) => writeDailyLog({ ledgerPath: ledger.path, day, folder, clock, timeZone });
    const options = { folder, keepDays: 3, timeZone };
    expect(await letOldStoriesLeave(options, { ledger, clock, log: silentLog, write })).toBe(3);
    expect(ledger.select("SELECT count(*) AS n FROM events WHERE frame_id NOT NULL")).toEqual([{ n: 0 }]);
    const file = join(folder, "2026-11-23.sqlite");
    expect(check(ledger, folder)).toMatchObject({ findings: [], summary: { storiesAway: 0 } });
    const daily = new BetterSqlite3(file);
    daily.exec("DROP TRIGGER frames_done_details; UPDATE frames SET scores_json = '{}' WHERE id = 1");
    daily.close();
    expect(check(ledger, folder).findings).toMatchObject([{ seq: 2, section: "details", file, differences: null }]);
    writeFileSync(
      file,
      "no database at all, and longer than a hundred bytes so that SQLite looks at its first page".repeat(20),
    );
    expect(check(ledger, folder).findings).toMatchObject([1, 2, 3].map((i) => ({ kind: "unreadable", seq: i + 1 })));
    rmSync(file);
    expect(check(ledger, folder)).toMatchObject({ findings: [], summary: { storiesAway: 3 } });
    tamper(ledger, "UPDATE frames SET verdict = 'blank' WHERE id = 3");
    expect(check(ledger, folder).findings).toMatchObject([{ seq: 4, section: "frame" }]);
  });

  it("cannot see that its end was cut off, but for the heads that were written down", async () => {
    const ledger = threeFrames();
    const folder = temporaryFolder();
    await writeDailyLog({ ledgerPath: ledger.path, day: "2026-11-23", folder, clock: handClock(NOON + DAY), timeZone });
    const head = ledger.chainHead()!;
    const line = { time: "2026-11-23T12:00:00.000Z", level: "info", message: "x", chainHead: headText(head) };
    writeFileSync(join(folder, "refocusd-2026-11-23.log"), `{"level":"info"}\n${JSON.stringify(line)}\nhalf a li`);
    const heads = await recordedHeads([folder, folder, "/nowhere"]);
    expect(heads.map(({ where }) => where.slice(folder.length + 1))).toEqual([
      "2026-11-23.sqlite",
      "refocusd-2026-11-23.log",
    ]);
    expect(check(ledger, folder, heads).summary).toMatchObject({ findings: 0, heads: { found: 2 } });
    tamper(
      ledger,
      `DELETE FROM chain WHERE seq = 4; DELETE FROM events WHERE frame_id = 3; DELETE FROM attempts WHERE frame_id = 3;
       DELETE FROM frames WHERE id = 3`,
    );
    expect(check(ledger, folder).findings).toEqual([]);
    expect(check(ledger, folder, heads).findings).toMatchObject([
      { kind: "other head", seq: 4, found: null },
      { kind: "other head", seq: 4, found: null },
    ]);
  });

  it("finds by a recorded head that all of it was computed anew", () => {
    const ledger = threeFrames();
    const head = { ...ledger.chainHead()!, where: "notebook" };
    tamper(ledger, "UPDATE frames SET verdict = 'uncertain' WHERE id = 3");
    const [last, before] = [...storedLinks(ledger.select)].toReversed();
    const db = new BetterSqlite3(ledger.path);
    db.prepare("UPDATE chain SET at_ms = 5, chain_sha256 = ? WHERE seq = 4").run(
      linkHash({ ...last!, atMs: 5 }, before!.hash),
    );
    db.close();
    expect(check(ledger, "/nowhere", [head]).findings).toMatchObject([
      { kind: "differs" },
      { kind: "other head", seq: 4 },
    ]);
  });

  it("goes on through backup, restore and compact, and tells of the restore", async () => {
    const ledger = threeFrames();
    const backup = join(temporaryFolder(), "copy.sqlite");
    await backUpLedger(ledger.path, backup);
    judge(ledger, ROOT, "d.tif", NOON + 60_000);
    const lost = { ...ledger.chainHead()!, where: "log" };
    const kept = { ...ledger.linksOf(1)[0]!, where: "log" };
    ledger.close();
    await restoreLedger(backup, ledger.path, NOON + 2 * DAY);
    compactLedger(ledger.path);
    const again = openTestLedger({ path: ledger.path });
    judge(again, ROOT, "d.tif", NOON + 3 * DAY);
    expect(check(again, "/nowhere", [lost, kept])).toMatchObject({
      findings: [],
      summary: {
        ...{ links: 6, heads: { found: 1, replaced: 1 } },
        restorations: [{ seq: 5, atMs: NOON + 2 * DAY, backup: "copy.sqlite" }],
      },
    });
    // Once more, back to before the first restore: what came after it is known to have been replaced, too.
    const newest = { ...again.chainHead()!, where: "log" };
    again.close();
    await restoreLedger(backup, ledger.path, NOON + 4 * DAY);
    const third = openTestLedger({ path: ledger.path });
    const beyond = { seq: 7, sha256: "0".repeat(64), where: "log" };
    expect(check(third, "/nowhere", [lost, newest, beyond])).toMatchObject({
      findings: [{ kind: "other head", seq: 7 }],
      summary: { heads: { found: 0, replaced: 2 } },
    });
  });

  it("has nothing to say of a ledger in which nothing has ended", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource("/a"), undefined);
    expect(check(ledger)).toMatchObject({ findings: [], summary: { head: null, links: 0 } });
    const [job] = ledger.takeReady(3e6, 1);
    ledger.finished(job!.id, frameResult(), 3e6);
    expect(check(ledger).summary.links).toBe(2);
  });
});
