import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.js";
import { defocusedResult, openTestLedger, ROOT, settledSource, sha } from "./support.js";

const path = (name: string) => `${ROOT}/${name}.tif`;

/** Settled, taken and judged within the 30 ms from `at` on. */
function judged(ledger: Ledger, name: string, at: number): number {
  ledger.settled(ROOT, settledSource(path(name), { settledAtMs: at }), undefined);
  const [job] = ledger.takeReady(at + 10, 1);
  ledger.finished(job!.id, defocusedResult(`/out/${name}`), at + 20);
  return job!.id;
}

function rawDatabase(ledger: Ledger): BetterSqlite3.Database {
  const db = new BetterSqlite3(ledger.path);
  onTestFinished(() => void db.close());
  return db;
}

describe("leaving", () => {
  it("names ended frames by the time of their last event", () => {
    const ledger = openTestLedger();
    const early = judged(ledger, "early", 1000);
    const late = judged(ledger, "late", 2000);
    expect(ledger.leaving(1000, 2000)).toEqual([early]);
    expect(ledger.leaving(2000, 3000)).toEqual([late]);
    // Touched later: its story goes on, and that day's file holds all of it.
    ledger.settled(ROOT, settledSource(path("early"), { mtimeMs: 5, settledAtMs: 2500 }), undefined);
    expect(ledger.leaving(1000, 2000)).toEqual([]);
    expect(ledger.leaving(2000, 3000)).toEqual([early, late]);
  });

  it("keeps what is not at its end, and what was set aside until somebody has dealt with it", () => {
    const ledger = openTestLedger();
    ledger.seen(ROOT, path("seen"), 1000);
    ledger.settled(ROOT, settledSource(path("aside"), { settledAtMs: 1000 }), undefined);
    const [job] = ledger.takeReady(1000, 1);
    ledger.failed(job!.id, { code: "RF_DECODE_FAILED", detail: "" }, { kind: "quarantine" }, 1000);
    ledger.settled(ROOT, settledSource(path("ready"), { settledAtMs: 1000 }), undefined);
    ledger.takeReady(1000, 1);
    ledger.settled(ROOT, settledSource(path("ready2"), { settledAtMs: 1000 }), undefined);
    expect(ledger.leaving(0, 2000)).toEqual([]);
    // Overwritten, the old content is nobody's matter any more.
    ledger.settled(ROOT, settledSource(path("aside"), { sha256: sha("b"), settledAtMs: 1500 }), undefined);
    expect(ledger.leaving(0, 2000)).toEqual([job!.id]);
  });
});

describe("archive", () => {
  it("lets the story go and keeps who the file is, its verdict and its reconstruction", () => {
    const ledger = openTestLedger();
    const id = judged(ledger, "a", 1000);
    const stays = judged(ledger, "b", 1000);
    const known = ledger.known(path("a"));
    ledger.archive([id], "2026-08-01");
    expect(ledger.frameStory(id)).toMatchObject({
      ...{ archivedDay: "2026-08-01", state: "done", verdict: "defocused", pDefocused: 0.97, sha256: sha("a") },
      ...{ events: [], attempts: [], focusMap: null, facts: null, scores: null, timings: null },
      reconstruction: { path: "/out/a" },
      classifier: { name: "sdcnn" },
    });
    expect(ledger.known(path("a"))).toEqual(known);
    expect(ledger.frameStory(stays)).toMatchObject({ archivedDay: null, events: [{}, {}, {}], attempts: [{}] });
    expect(ledger.leaving(0, 2000)).toEqual([stays]);
  });

  it("never makes a known file new: unchanged, touched, or overwritten", () => {
    const ledger = openTestLedger();
    const id = judged(ledger, "a", 1000);
    ledger.archive([id], "2026-08-01");
    ledger.seen(ROOT, path("a"), 3000);
    ledger.settled(ROOT, settledSource(path("a"), { mtimeMs: 9, settledAtMs: 3000 }), undefined);
    expect(ledger.takeReady(9e9, 5)).toEqual([]);
    expect(ledger.known(path("a"))?.mtimeMs).toBe(9);
    ledger.settled(ROOT, settledSource(path("a"), { sha256: sha("b"), settledAtMs: 4000 }), undefined);
    // The second content, so that its output does not replace the first one's.
    expect(ledger.takeReady(9e9, 5)).toMatchObject([{ revision: 2, sha256: sha("b") }]);
  });

  it("takes nothing of a frame that is not at its end, nor anything twice", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(path("a"), { settledAtMs: 1000 }), undefined);
    const done = judged(ledger, "b", 500);
    const [waiting] = ledger.takeReady(9e9, 1);
    expect(() => ledger.archive([done, waiting?.id ?? 1], "2026-08-01")).toThrow("only the story of an ended frame");
    expect(ledger.frameStory(done)?.archivedDay).toBeNull(); // all or nothing
    ledger.archive([ledger.story(path("b"))[0]!.id], "2026-08-01");
    expect(() => ledger.archive([done], "2026-08-02")).toThrow("only the story of an ended frame");
  });

  it("is the only way for events and details to leave, whoever writes", () => {
    const ledger = openTestLedger();
    const id = judged(ledger, "a", 1000);
    const db = rawDatabase(ledger);
    const attempt = (sql: string) => () => db.exec(sql);
    expect(attempt("DELETE FROM events")).toThrow("append-only");
    expect(attempt("UPDATE frames SET facts_json = NULL")).toThrow("does not change");
    expect(attempt("UPDATE frames SET verdict = 'focused'")).toThrow("does not change");
    ledger.event("daemon", null, null, 1000);
    ledger.archive([id], "2026-08-01");
    expect(attempt("DELETE FROM frames")).toThrow("never deleted");
    expect(attempt("DELETE FROM events")).toThrow("append-only"); // the daemon's own
    expect(attempt("UPDATE frames SET facts_json = '{}'")).toThrow("does not change");
    expect(attempt("UPDATE frames SET verdict = 'focused'")).toThrow("does not change");
    expect(attempt("UPDATE frames SET archived_day = NULL")).toThrow("and once");
  });
});
