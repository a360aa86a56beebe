import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { MIGRATIONS, migrate } from "../../src/ledger/migrate.js";
import { frameResult, named, openTestLedger, ROOT, settledSource, temporaryFolder } from "./support.js";

const facts = {
  ...frameResult().facts,
  ...{ acquiredMs: 612_328.8, acquiredAtMs: 1_515_225_958_149, stageUm: { x: 1, y: 2, z: 8078.6 } },
  ...{ objective: "Plan Fluor 10x Ph1 DLL", na: 0.3, magnification: 10, emissionNm: 535, exposureMs: 50 },
  ...{ camera: "Flash4.0", channelName: "Phase contrast" },
};
const COLUMNS =
  "acquired_at_ms, stage_x_um, stage_y_um, stage_z_um, objective, na, magnification, exposure_ms, camera, channel_name";

describe("how a frame was acquired", () => {
  it("is in columns that outlive its story", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource("/a.tif"), named("S", 1));
    const [job] = ledger.takeReady(3e6, 1);
    ledger.finished(job!.id, frameResult({ facts }), 3e6);
    ledger.archive([job!.id], "2026-11-23");
    const [story] = ledger.story("/a.tif");
    const { stageUm, width, height, channels, bitDepth, ...same } = facts;
    expect(story).toMatchObject({
      facts: null,
      acquisition: { ...same, stageXUm: 1, stageYUm: 2, stageZUm: 8078.6 },
    });
  });

  it("is taken from the JSON of an older ledger", () => {
    const path = join(temporaryFolder(), "ledger.sqlite");
    const old = new BetterSqlite3(path);
    migrate(old, 0, MIGRATIONS.slice(0, 3));
    old
      .prepare(
        `INSERT INTO frames (path, root, revision, page, state, verdict, type, sha256, pages, settled_ms, seen_ms, finished_ms, facts_json)
         VALUES ('/r/a.tif', '/r', 1, 0, 'done', 'focused', 'tiff', ?, 1, 1, 1, 2, ?)`,
      )
      .run("a".repeat(64), JSON.stringify({ ...facts, acquiredAtMs: undefined }));
    migrate(old, 0);
    expect(old.prepare(`SELECT ${COLUMNS} FROM frames`).raw().get()).toEqual([
      ...[null, 1, 2, 8078.6, "Plan Fluor 10x Ph1 DLL", 0.3, 10, 50, "Flash4.0", "Phase contrast"],
    ]);
    expect(() => old.exec("UPDATE frames SET stage_z_um = 1")).toThrow("does not change");
    old.close();
  });
});

describe("a name that no pattern reads", () => {
  it("is marked, with its file's event", () => {
    const ledger = openTestLedger();
    ledger.seen(ROOT, "/a.tif", 1);
    ledger.settled(ROOT, settledSource("/a.tif", { isNameUnread: true }), undefined);
    ledger.settled(ROOT, settledSource("/b.tif", { isNameUnread: true }), undefined);
    ledger.settled(ROOT, settledSource("/c.tif"), named("S", 1));
    expect(ledger.select("SELECT name_unread AS n FROM frames ORDER BY path")).toEqual([{ n: 1 }, { n: 1 }, { n: 0 }]);
    expect(ledger.story("/a.tif")[0]).toMatchObject({ isNameUnread: true });
    expect(ledger.story("/a.tif")[0]!.events.at(-1)).toMatchObject({ kind: "settled", detail: { name: "not read" } });
  });
});
