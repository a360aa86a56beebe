import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { MIGRATIONS, migrate } from "../../../src/ledger/migrate.js";
import { openLedger } from "../../../src/ledger/open.js";
import {
  defocusedResult,
  frameResult,
  handClock,
  openTestLedger,
  ROOT,
  settledSource,
  sha,
  temporaryFolder,
} from "../support.js";

const path = (name: string) => `${ROOT}/${name}.tif`;
const LINKS = "SELECT seq, kind, frame_id AS frame, text NOT NULL AS kept FROM chain ORDER BY seq";
const begin = { seq: 1, kind: "begin", frame: null, kept: 1 };

describe("the chain", () => {
  it("has a link for each outcome, and one before the first", () => {
    const ledger = openTestLedger();
    expect(ledger.chainHead()).toBeUndefined();
    ledger.settled(ROOT, settledSource(path("done")), undefined);
    ledger.settled(ROOT, settledSource(path("failed")), undefined);
    ledger.seen(ROOT, path("gone"), 1);
    ledger.settled(ROOT, settledSource(path("overwritten")), undefined);
    expect(ledger.select(LINKS)).toEqual([]);
    const [done, failed] = ledger.takeReady(3e6, 2);
    ledger.finished(done!.id, defocusedResult("/out/done"), 3e6);
    ledger.failed(failed!.id, { code: "RF_DECODE_FAILED", detail: "" }, { kind: "quarantine" }, 3e6);
    ledger.gone(path("gone"), 3e6);
    ledger.settled(ROOT, settledSource(path("overwritten"), { sha256: sha("b") }), undefined);
    ledger.rejected(ROOT, path("empty"), { size: 0, mtimeMs: 1, ctimeMs: 1 }, "RF_ZERO_BYTES", "", 3e6);
    expect(ledger.select(LINKS)).toEqual([
      begin,
      { seq: 2, kind: "done", frame: 1, kept: 0 },
      { seq: 3, kind: "quarantined", frame: 2, kept: 1 },
      { seq: 4, kind: "gone", frame: 3, kept: 0 },
      { seq: 5, kind: "superseded", frame: 4, kept: 0 },
      { seq: 6, kind: "quarantined", frame: 6, kept: 1 },
    ]);
    expect(ledger.chainHead()?.seq).toBe(6);
  });

  it("gets a new link when a frame that was put back comes to another end; a retry is none", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(path("a")), undefined);
    const failure = { code: "RF_WORKER_DIED", detail: "" };
    ledger.failed(ledger.takeReady(3e6, 1)[0]!.id, failure, { kind: "retry", notBefore: 3e6 }, 3e6);
    ledger.failed(ledger.takeReady(3e6, 1)[0]!.id, failure, { kind: "quarantine" }, 3e6);
    ledger.requeue([1], 4e6);
    ledger.finished(ledger.takeReady(5e6, 1)[0]!.id, frameResult(), 5e6);
    expect(ledger.linksOf(1).map(({ seq, kind }) => [seq, kind])).toEqual([
      [2, "quarantined"],
      [3, "done"],
    ]);
    expect(ledger.story(path("a"))[0]).toMatchObject({ isBeforeChain: false, links: [{ seq: 2 }, { seq: 3 }] });
  });

  it("has no link of an outcome that was undone, and no outcome without its link", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(path("a")), undefined);
    const [job] = ledger.takeReady(3e6, 1);
    const undone = () =>
      ledger.batch(() => {
        ledger.finished(job!.id, frameResult(), 3e6);
        throw new Error("killed");
      });
    expect(undone).toThrow("killed");
    expect(ledger.select(LINKS)).toEqual([]);
    const db = new BetterSqlite3(ledger.path);
    onTestFinished(() => void db.close());
    db.exec("CREATE TRIGGER full BEFORE INSERT ON chain BEGIN SELECT RAISE(ABORT, 'full'); END");
    expect(() => ledger.finished(job!.id, frameResult(), 3e6)).toThrow("full");
    expect(ledger.select("SELECT state FROM frames")).toEqual([{ state: "working" }]);
    db.exec("DROP TRIGGER full");
    ledger.finished(job!.id, frameResult(), 3e6);
    expect(ledger.select(LINKS)).toHaveLength(2);
  });

  it("is append-only, whoever writes", () => {
    const ledger = openTestLedger();
    ledger.rejected(ROOT, path("a"), { size: 0, mtimeMs: 1, ctimeMs: 1 }, "RF_ZERO_BYTES", "", 1);
    const db = new BetterSqlite3(ledger.path);
    onTestFinished(() => void db.close());
    expect(() => db.exec("UPDATE chain SET at_ms = 5")).toThrow("append-only");
    expect(() => db.exec("DELETE FROM chain WHERE seq = 2")).toThrow("append-only");
    expect(() => db.exec("UPDATE frames SET before_chain = 1")).toThrow("does not change");
  });

  it("begins after what an older ledger holds, and says how much that is", () => {
    const file = join(temporaryFolder(), "old.sqlite");
    const old = new BetterSqlite3(file);
    migrate(old, 0, MIGRATIONS.slice(0, 4));
    const insert = (id: number, state: string, code: string | null, end: number | null) =>
      old
        .prepare(
          `INSERT INTO frames (id, path, root, revision, page, state, error_code, seen_ms, finished_ms)
           VALUES (?, ?, '/r', 1, 0, ?, ?, 1, ?)`,
        )
        .run(id, `/r/${id}.tif`, state, code, end);
    insert(1, "quarantined", "RF_ZERO_BYTES", 2);
    insert(2, "seen", null, null);
    insert(3, "gone", null, 2);
    old.close();
    const ledger = openLedger(file, { clock: handClock() });
    onTestFinished(() => ledger.close());
    expect(ledger.story("/r/1.tif")[0]).toMatchObject({ isBeforeChain: true, links: [] });
    ledger.gone("/r/2.tif", 5);
    expect(ledger.story("/r/2.tif")[0]).toMatchObject({ isBeforeChain: false, links: [{ seq: 2, kind: "gone" }] });
    expect(ledger.select("SELECT text ->> 'framesBefore' AS n FROM chain WHERE seq = 1")).toEqual([{ n: 2 }]);
  });
});
