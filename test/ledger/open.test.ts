import { readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { MIGRATIONS, migrate } from "../../src/ledger/migrate.js";
import { networkShareOfType } from "../../src/ledger/network-disk.js";
import { openLedger, openLedgerBeside, openLedgerReader } from "../../src/ledger/open.js";
import { handClock, openTestLedger, ROOT, settledSource, temporaryFolder } from "./support.js";

const clock = handClock();

describe("openLedger", () => {
  it("makes a ledger that survives a power cut at any commit", () => {
    const ledger = openTestLedger();
    expect(ledger.backups).toEqual([]);
    expect(ledger.select("SELECT journal_mode FROM pragma_journal_mode")).toEqual([{ journal_mode: "wal" }]);
    expect(ledger.select("SELECT synchronous FROM pragma_synchronous")).toEqual([{ synchronous: 2 }]);
    expect(ledger.select("SELECT foreign_keys FROM pragma_foreign_keys")).toEqual([{ foreign_keys: 1 }]);
  });

  it("keeps what was written", () => {
    const path = join(temporaryFolder(), "ledger.sqlite");
    const first = openLedger(path, { clock });
    first.seen(ROOT, `${ROOT}/a.tif`, 1);
    first.close();
    const second = openTestLedger({ path, quickCheck: true });
    expect(second.counts().byState.seen).toBe(1);
    expect(second.backups).toEqual([]);
  });

  it("backs up before it migrates, and makes the views anew", () => {
    const path = join(temporaryFolder(), "ledger.sqlite");
    const first = openLedger(path, { clock });
    first.seen(ROOT, `${ROOT}/a.tif`, 1);
    first.close();
    const migrations = [...MIGRATIONS, { name: "more", sql: "ALTER TABLE frames ADD COLUMN more INTEGER" }];
    const second = openTestLedger({ path, migrations });
    expect(second.backups.map((file) => basename(file))).toEqual(["ledger.backup-v8-2026-11-23T09-00-00Z.sqlite"]);
    expect(second.select("SELECT state, more FROM frames")).toEqual([{ state: "seen", more: null }]);
    expect(second.select("SELECT state FROM v_frames")).toEqual([{ state: "seen" }]);
    const backup = new BetterSqlite3(second.backups[0]!, { readonly: true });
    expect(backup.pragma("user_version", { simple: true })).toBe(8);
    expect(backup.prepare("SELECT state FROM frames").all()).toEqual([{ state: "seen" }]);
    backup.close();
  });

  it("brings a ledger of the first version up to date, with what is in it", () => {
    const path = join(temporaryFolder(), "ledger.sqlite");
    const old = new BetterSqlite3(path);
    expect(migrate(old, clock.now(), MIGRATIONS.slice(0, 1))).toEqual([]); // nothing to back up yet
    old.exec(`INSERT INTO frames (path, root, revision, page, state, error_code, seen_ms, finished_ms)
      VALUES ('/r/a.tif', '/r', 1, 0, 'quarantined', 'RF_ZERO_BYTES', 1, 2)`);
    old.close();
    expect(() => openLedgerReader(path, { clock })).toThrow("RF_LEDGER_MISSING");
    expect(() => openLedgerBeside(path, { clock })).toThrow("RF_LEDGER_MISSING");
    const second = openTestLedger({ path });
    expect(second.backups.map((file) => basename(file))).toEqual([
      "ledger.backup-v1-2026-11-23T09-00-00Z.sqlite",
      "ledger.backup-v2-2026-11-23T09-00-00Z.sqlite",
      "ledger.backup-v3-2026-11-23T09-00-00Z.sqlite",
      "ledger.backup-v4-2026-11-23T09-00-00Z.sqlite",
      "ledger.backup-v5-2026-11-23T09-00-00Z.sqlite",
      "ledger.backup-v6-2026-11-23T09-00-00Z.sqlite",
      "ledger.backup-v7-2026-11-23T09-00-00Z.sqlite",
    ]);
    expect(second.requeue([1], 3)).toMatchObject([{ plan: { to: "seen" } }]);
  });

  it("takes ND2 files from schema 3 on, in old ledgers too, and still no others", () => {
    const path = join(temporaryFolder(), "ledger.sqlite");
    const old = new BetterSqlite3(path);
    migrate(old, clock.now(), MIGRATIONS.slice(0, 2));
    const insert = (
      page: number,
      type: string,
    ) => `INSERT INTO frames (path, root, revision, page, state, type, seen_ms)
      VALUES ('/r/a', '/r', 1, ${page}, 'seen', '${type}', 1)`;
    old.exec(insert(0, "tiff"));
    expect(() => old.exec(insert(1, "nd2"))).toThrow("CHECK");
    migrate(old, clock.now());
    old.exec(insert(1, "nd2"));
    expect(() => old.exec(insert(2, "bmp"))).toThrow("CHECK");
    expect(() => old.exec("UPDATE sqlite_schema SET sql = '' WHERE name = 'frames'")).toThrow("may not be modified");
    old.close();
    const again = new BetterSqlite3(path, { readonly: true });
    expect(again.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(again.prepare("SELECT type FROM v_frames v JOIN frames f USING (id) ORDER BY f.id").pluck().all()).toEqual([
      "tiff",
      "nd2",
    ]);
    again.close();
  });

  it("leaves the ledger as it was when a migration fails", () => {
    const path = join(temporaryFolder(), "ledger.sqlite");
    openLedger(path, { clock }).close();
    const migrations = [...MIGRATIONS, { name: "wrong", sql: "CREATE TABLE x (a); SELECT nonsense" }];
    expect(() => openLedger(path, { clock, migrations })).toThrow("RF_INTERNAL");
    const ledger = openTestLedger({ path });
    expect(ledger.select("SELECT name FROM sqlite_schema WHERE name = 'x'")).toEqual([]);
    expect(ledger.select("SELECT count(*) AS n FROM v_frames")).toEqual([{ n: 0 }]);
  });

  it("refuses a newer schema, for writing and for reading", () => {
    const path = join(temporaryFolder(), "ledger.sqlite");
    openLedger(path, { clock }).close();
    const db = new BetterSqlite3(path);
    db.pragma("user_version = 99");
    db.close();
    expect(() => openLedger(path, { clock })).toThrow("RF_LEDGER_NEWER");
    expect(() => openLedgerReader(path, { clock })).toThrow("RF_LEDGER_NEWER");
  });

  it("refuses a network share, and makes no file there", () => {
    const folder = temporaryFolder();
    const networkShare = () => "NFS";
    expect(() => openLedger(join(folder, "ledger.sqlite"), { clock, networkShare })).toThrow("RF_LEDGER_ON_NETWORK");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("tells a file that is no database, and one that is damaged", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "text.sqlite"), "not a database, but long enough to be taken for one ".repeat(100));
    expect(() => openLedger(join(folder, "text.sqlite"), { clock })).toThrow("RF_LEDGER_CORRUPT");

    const path = join(folder, "ledger.sqlite");
    const ledger = openLedger(path, { clock });
    for (let i = 0; i < 500; i++) ledger.settled(ROOT, settledSource(`${ROOT}/${i}.tif`), undefined);
    ledger.checkpoint();
    ledger.close();
    truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096);
    expect(() => openLedger(path, { clock, quickCheck: true })).toThrow("RF_LEDGER_CORRUPT");
  });
});

describe("openLedgerReader", () => {
  it("reads beside the writer, and cannot write", () => {
    const ledger = openTestLedger();
    ledger.seen(ROOT, `${ROOT}/a.tif`, 1);
    const reader = openLedgerReader(ledger.path, { clock });
    expect(reader.counts().frames).toBe(1);
    expect(reader.story(`${ROOT}/a.tif`)).toHaveLength(1);
    expect(() => reader.select("DELETE FROM meta")).toThrow("not a query");
    reader.close();
  });

  it("says when there is no ledger yet", () => {
    expect(() => openLedgerReader("/nonexistent/ledger.sqlite", { clock })).toThrow("RF_LEDGER_MISSING");
  });
});

describe("networkShareOfType", () => {
  it.each([
    [0x6969, "NFS"],
    [0x517b, "SMB"],
    [0xfe534d42, "SMB2"],
    [0xff534d42, "CIFS"],
    [0xff534d42 | 0, "CIFS"],
    [0xef53, undefined],
    [0x01021994, undefined],
    [0x9123683e, undefined],
  ])("0x%x is %s", (type, name) => expect(networkShareOfType(type)).toBe(name));
});
