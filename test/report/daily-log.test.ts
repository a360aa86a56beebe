import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.js";
import { writeDailyLog } from "../../src/report/daily-log.js";
import { PEOPLE_VIEWS } from "../../src/report/daily-log-people.js";
import { handClock, openTestLedger, ROOT, settledSource, sha, temporaryFolder } from "../ledger/support.js";
import { judge } from "./support.js";

const NOON = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
const RUN = { version: "0.1.0", configSha256: sha("f"), host: "scope", engine: null };

function ledgerOfThreeDays(): Ledger {
  const clock = handClock(NOON - DAY);
  const ledger = openTestLedger({ clock });
  ledger.startRun(RUN);
  judge(ledger, ROOT, "yesterday.tif", NOON - DAY);
  ledger.seen(ROOT, `${ROOT}/overnight.tif`, NOON - DAY);
  clock.time = NOON;
  ledger.startRun(RUN);
  judge(ledger, ROOT, "today.tif", NOON, true);
  ledger.rejected(ROOT, `${ROOT}/overnight.tif`, { size: 0, mtimeMs: 1, ctimeMs: 1 }, "RF_ZERO_BYTES", "", NOON);
  ledger.event("config-reloaded", null, null, NOON);
  clock.time = NOON + DAY;
  judge(ledger, ROOT, "tomorrow.tif", NOON + DAY);
  ledger.event("config-reloaded", null, null, NOON + DAY);
  return ledger;
}

function write(ledger: Ledger, day: string, folder = temporaryFolder(), timeZone = "UTC") {
  return writeDailyLog({ ledgerPath: ledger.path, day, folder, clock: handClock(NOON + DAY), timeZone });
}

function openLog(path: string) {
  const db = new BetterSqlite3(path, { readonly: true });
  onTestFinished(() => void db.close());
  const all = (sql: string) => db.prepare(sql).raw().all().flat();
  return { db, all };
}

describe("writeDailyLog", () => {
  it("holds the frames of the day with their whole story, and no others", async () => {
    const ledger = ledgerOfThreeDays();
    const folder = temporaryFolder();
    const file = await write(ledger, "2026-11-23", folder);
    expect(file).toMatchObject({ path: join(folder, "2026-11-23.sqlite"), day: "2026-11-23", frames: 2, events: 7 });
    const { all } = openLog(file.path);
    expect(all("SELECT file, state FROM v_frames ORDER BY file")).toEqual([
      ...["overnight.tif", "quarantined", "today.tif", "done"],
    ]);
    expect(all("SELECT kind FROM v_events WHERE path LIKE '%overnight.tif'")).toEqual(["seen", "rejected"]);
    expect(all("SELECT count(*) FROM v_reconstructions")).toEqual([1]);
    expect(all("SELECT name FROM models ORDER BY name")).toEqual(["resunet-lite", "sdcnn"]);
    expect(all("SELECT count(*) FROM attempts")).toEqual([1]);
    expect(all("SELECT id FROM runs")).toEqual([1, 2]); // the first one saw the overnight frame
  });

  it("opens anywhere: one file, no journal, the ledger's tables and views, and an introduction", async () => {
    const ledger = ledgerOfThreeDays();
    const folder = temporaryFolder();
    const { path, size } = await write(ledger, "2026-11-23", folder);
    expect(readdirSync(folder)).toEqual(["2026-11-23.sqlite"]);
    const bytes = readFileSync(path);
    expect(bytes).toHaveLength(size);
    expect([bytes[18], bytes[19]]).toEqual([1, 1]); // file format: rollback journal, not WAL
    const { db, all } = openLog(path);
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(db.pragma("journal_mode", { simple: true })).toBe("delete");
    const named = "SELECT type || ' ' || name AS name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY 1";
    const expected = ledger.select<{ name: string }>(named).map((row) => row.name);
    const more = ["readme", "places", "error_codes", "dictionary"].map((name) => `table ${name}`);
    const views = PEOPLE_VIEWS.map((name) => `view ${name}`);
    expect(all(named)).toEqual([...expected, ...more, ...views].sort((a, b) => (a < b ? -1 : 1)));
    for (const sql of all("SELECT sql FROM readme WHERE sql IS NOT NULL"))
      expect(() => db.prepare(sql as string).all()).not.toThrow();
    expect(all("SELECT text FROM readme")[0]).toContain("refocusd's log of 2026-11-23 (UTC)");
    expect(all("SELECT value FROM meta WHERE key = 'daily-log.day'")).toEqual(["2026-11-23"]);
  });

  it("says so when the day is not over, and is replaced when it is", async () => {
    const ledger = ledgerOfThreeDays();
    const folder = temporaryFolder();
    const first = await write(ledger, "2026-11-24", folder);
    expect(openLog(first.path).all("SELECT text FROM readme")[0]).toContain("not over");
    judge(ledger, ROOT, "later.tif", NOON + DAY + 10_000);
    const second = await write(ledger, "2026-11-24", folder);
    expect([first.frames, second.frames]).toEqual([1, 2]);
    expect(readdirSync(folder)).toEqual(["2026-11-24.sqlite"]);
  });

  it("knows days of 25 hours", async () => {
    const ledger = openTestLedger();
    const lastHour = Date.UTC(2026, 9, 25, 22, 30); // 23:30 in Berlin, 24.5 hours after midnight
    judge(ledger, ROOT, "last.tif", lastHour);
    judge(ledger, ROOT, "next.tif", lastHour + 3_600_000);
    const file = await write(ledger, "2026-10-25", temporaryFolder(), "Europe/Berlin");
    expect(openLog(file.path).all("SELECT file FROM v_frames")).toEqual(["last.tif"]);
  });

  it("makes an empty log for a day without frames", async () => {
    expect(await write(ledgerOfThreeDays(), "2026-01-01")).toMatchObject({ frames: 0, events: 0 });
  });

  it("lets the ledger be written meanwhile", async () => {
    const ledger = openTestLedger();
    ledger.batch(() => {
      for (let i = 0; i < 3000; i++)
        ledger.settled(ROOT, settledSource(`${ROOT}/${i}.tif`, { settledAtMs: NOON }), undefined);
    });
    const writing = write(ledger, "2026-11-23");
    let written = 0;
    const timer = setInterval(() => ledger.seen(ROOT, `${ROOT}/new-${written++}.tif`, NOON), 5);
    const file = await writing.finally(() => clearInterval(timer));
    expect(written).toBeGreaterThan(2);
    expect(file.frames).toBeGreaterThanOrEqual(3000);
    expect(ledger.counts().byState.seen).toBe(written);
  });

  it("tells what stands in its way, and leaves the old file", async () => {
    const ledger = ledgerOfThreeDays();
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    await expect(write(ledger, "2026-11-23", join(folder, "file"))).rejects.toThrow("RF_OUTPUT_UNWRITABLE");
    await expect(write(ledger, "2026-11-31", folder)).rejects.toThrow("RF_USAGE");
    mkdirSync(join(folder, "2026-11-23.sqlite")); // a folder of that name
    await expect(write(ledger, "2026-11-23", folder)).rejects.toThrow("RF_");
    expect(readdirSync(folder).sort()).toEqual(["2026-11-23.sqlite", "file"]);
    const absent = { ledgerPath: join(folder, "none.sqlite"), day: "2026-11-23", folder, clock: handClock() };
    await expect(writeDailyLog(absent)).rejects.toThrow("RF_LEDGER_MISSING");
    expect(existsSync(join(folder, "none.sqlite"))).toBe(false);
  });

  it("keeps a file that knows more of the day than the ledger, as after a restored backup", async () => {
    const folder = temporaryFolder();
    await write(ledgerOfThreeDays(), "2026-11-23", folder);
    const restored = openTestLedger();
    judge(restored, ROOT, "today.tif", NOON, true);
    await write(restored, "2026-11-23", folder);
    const kept = "2026-11-23.replaced-2026-11-24T12-00-00Z.sqlite";
    expect(readdirSync(folder).sort()).toEqual([kept, "2026-11-23.sqlite"]);
    const events = (name: string) => openLog(join(folder, name)).all("SELECT count(*) FROM events");
    expect([events(kept), events("2026-11-23.sqlite")]).toEqual([[7], [4]]);
  });

  it.skipIf(process.getuid?.() === 0)("needs permission to write", async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    await expect(write(ledgerOfThreeDays(), "2026-11-23", folder)).rejects.toThrow("RF_OUTPUT_UNWRITABLE");
  });
});
