import { existsSync, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { backUpLedger } from "../../src/ledger/backup.js";
import { compactLedger } from "../../src/ledger/compact.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { openLedger, openLedgerReader } from "../../src/ledger/open.js";
import { restoreLedger } from "../../src/ledger/restore.js";
import { ledgerBytes } from "../../src/ledger/size.js";
import { handClock, openTestLedger, ROOT, settledSource, temporaryFolder } from "./support.js";

const clock = handClock();

function fill(ledger: Ledger, from: number, to: number): void {
  ledger.batch(() => {
    for (let i = from; i < to; i++) ledger.settled(ROOT, settledSource(`${ROOT}/${i}.tif`), undefined);
  });
}

function framesIn(path: string): number {
  const reader = openLedgerReader(path, { clock });
  const { frames } = reader.counts();
  reader.close();
  return frames;
}

function closedLedger(frames: number, folder = temporaryFolder()): string {
  const path = join(folder, "ledger.sqlite");
  const ledger = openLedger(path, { clock });
  fill(ledger, 0, frames);
  ledger.close();
  return path;
}

describe("backUpLedger", () => {
  it("takes what is only in the write-ahead log too, into one file that stands by itself", async () => {
    const ledger = openTestLedger();
    fill(ledger, 0, 50);
    const target = join(temporaryFolder(), "new", "copy.sqlite");
    const file = await backUpLedger(ledger.path, target);
    expect(file).toEqual({ path: target, size: statSync(target).size });
    expect(readdirSync(dirname(target))).toEqual(["copy.sqlite"]);
    expect(framesIn(target)).toBe(50);
  });

  it("is of one moment, and ends, while the daemon writes all the time", async () => {
    const ledger = openTestLedger();
    fill(ledger, 0, 6000);
    const target = join(temporaryFolder(), "copy.sqlite");
    const progress: number[] = [];
    let written = 6000;
    await backUpLedger(ledger.path, target, {
      onProgress: (done) => {
        progress.push(done);
        fill(ledger, written, ++written); // from another connection, as the daemon does
      },
    });
    expect(progress.length).toBeGreaterThan(2); // it was written into in between
    expect(progress).toEqual(progress.toSorted((a, b) => a - b)); // it never began anew
    expect(framesIn(target)).toBe(6000);
    expect(ledger.counts().frames).toBe(written);
  });

  it("replaces nothing, and leaves nothing behind when it fails", async () => {
    const ledger = openTestLedger();
    const folder = temporaryFolder();
    writeFileSync(join(folder, "there.sqlite"), "mine");
    await expect(backUpLedger(ledger.path, join(folder, "there.sqlite"))).rejects.toThrow("RF_USAGE");
    await expect(backUpLedger(ledger.path, ledger.path)).rejects.toThrow("RF_USAGE");
    await expect(backUpLedger(join(folder, "none.sqlite"), join(folder, "x"))).rejects.toThrow("RF_LEDGER_MISSING");
    await expect(backUpLedger(ledger.path, join(folder, "there.sqlite", "x"))).rejects.toThrow("RF_OUTPUT_UNWRITABLE");

    const damaged = closedLedger(500);
    truncateSync(damaged, Math.floor(statSync(damaged).size / 2 / 4096) * 4096);
    await expect(backUpLedger(damaged, join(folder, "copy.sqlite"))).rejects.toThrow("RF_LEDGER_CORRUPT");
    expect(readdirSync(folder)).toEqual(["there.sqlite"]);
  });
});

describe("restoreLedger", () => {
  it("puts the backup in place and keeps the present ledger, with all that it had", async () => {
    const path = closedLedger(3);
    const backup = join(temporaryFolder(), "copy.sqlite");
    await backUpLedger(path, backup);
    // Written after the backup, and left in the write-ahead log as by a killed daemon: the reader keeps it from being emptied.
    const ledger = openLedger(path, { clock });
    const reader = openLedgerReader(path, { clock });
    fill(ledger, 3, 7);
    ledger.close();
    reader.close();

    const kept = await restoreLedger(backup, path, clock.now());
    expect(kept).toBe(join(dirname(path), "ledger.replaced-2026-11-23T09-00-00Z.sqlite"));
    expect(framesIn(kept!)).toBe(7);
    const restored = openTestLedger({ path, quickCheck: true });
    expect(restored.counts().frames).toBe(3);
    expect(framesIn(backup)).toBe(3); // it is copied, not moved
  });

  it("is the remedy for a damaged ledger, and for none at all", async () => {
    const path = closedLedger(300);
    const backup = join(temporaryFolder(), "copy.sqlite");
    await backUpLedger(path, backup);
    truncateSync(path, 4096);
    expect(() => openLedger(path, { clock, quickCheck: true })).toThrow("RF_LEDGER_CORRUPT");
    const kept = await restoreLedger(backup, path, clock.now());
    expect(statSync(kept!).size).toBe(4096);
    expect(framesIn(path)).toBe(300);

    const empty = join(temporaryFolder(), "ledger.sqlite");
    expect(await restoreLedger(backup, empty, clock.now())).toBeUndefined();
    expect(framesIn(empty)).toBe(300);
  });

  it("refuses what is no whole, sound ledger of a known version, and changes nothing then", async () => {
    const path = closedLedger(3);
    const folder = temporaryFolder();
    const make = (name: string, sql: string, from = closedLedger(1)) => {
      const file = join(folder, name);
      const db = new BetterSqlite3(from);
      db.exec(sql);
      db.exec(`VACUUM INTO '${file}'`);
      db.close();
      return file;
    };
    writeFileSync(join(folder, "text.sqlite"), "not a database at all, but long enough ".repeat(100));
    mkdirSync(join(folder, "folder.sqlite"));
    const damaged = closedLedger(500, temporaryFolder());
    truncateSync(damaged, Math.floor(statSync(damaged).size / 2 / 4096) * 4096);
    const wrong: [string, string][] = [
      [make("newer.sqlite", "PRAGMA user_version = 99"), "RF_LEDGER_NEWER"],
      [make("daily.sqlite", "CREATE TABLE readme (text)"), "a daily log"],
      [make("other.sqlite", "PRAGMA user_version = 1; CREATE TABLE a (b)", join(folder, "fresh")), "not a ledger"],
      [join(folder, "text.sqlite"), "RF_LEDGER_CORRUPT"],
      [join(folder, "none.sqlite"), "RF_LEDGER_MISSING"],
      [join(folder, "folder.sqlite"), "RF_"],
      [damaged, "RF_LEDGER_CORRUPT"],
    ];
    for (const [file, says] of wrong) await expect(restoreLedger(file, path, clock.now())).rejects.toThrow(says);
    expect(readdirSync(dirname(path))).toEqual(["ledger.sqlite"]);
    expect(framesIn(path)).toBe(3);
  });
});

describe("compactLedger", () => {
  it("gives back the space of what has left", () => {
    const path = closedLedger(2000);
    const db = new BetterSqlite3(path);
    db.exec("CREATE TABLE ballast (a); INSERT INTO ballast SELECT randomblob(2000) FROM frames; DROP TABLE ballast");
    db.close();
    const size = ledgerBytes(path);
    const { before, after } = compactLedger(path);
    expect(before).toBe(size);
    expect(after).toBe(ledgerBytes(path));
    expect(before - after).toBeGreaterThan(3e6);
    const again = openTestLedger({ path, quickCheck: true });
    expect(again.counts().frames).toBe(2000);
    expect(again.select("SELECT journal_mode FROM pragma_journal_mode")).toEqual([{ journal_mode: "wal" }]);
  });

  it("leaves a damaged ledger alone, and makes none", () => {
    const path = closedLedger(500);
    truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096);
    const size = statSync(path).size;
    expect(() => compactLedger(path)).toThrow("RF_LEDGER_CORRUPT");
    expect(statSync(path).size).toBe(size);
    const none = join(temporaryFolder(), "ledger.sqlite");
    expect(() => compactLedger(none)).toThrow("RF_LEDGER_MISSING");
    expect(existsSync(none)).toBe(false);
  });
});
