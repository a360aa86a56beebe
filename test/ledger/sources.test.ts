import { describe, expect, it } from "vitest";
import { isLive } from "../../src/ledger/sources.js";
import { frameResult, handClock, named, openTestLedger, ROOT, settledSource, sha } from "./support.js";

const PATH = `${ROOT}/a.tif`;
const states = (ledger: ReturnType<typeof openTestLedger>, path = PATH) =>
  ledger
    .story(path)
    .map(({ revision, page, state, isCurrent }) => `${revision}.${page} ${state}${isCurrent ? "" : " old"}`);

describe("the way of a file into the ledger", () => {
  it("is seen, then ready, and both are events", () => {
    const ledger = openTestLedger();
    ledger.seen(ROOT, PATH, 5);
    ledger.seen(ROOT, PATH, 6);
    expect(states(ledger)).toEqual(["1.0 seen"]);
    expect(ledger.known(PATH)).toBeUndefined();
    ledger.settled(ROOT, settledSource(PATH), { seriesKey: "P|B4", well: "B4", time: 7, channel: "PH" });
    const [frame] = ledger.story(PATH);
    expect(frame).toMatchObject({ state: "ready", seenMs: 5, settledMs: 2_000_000, seriesKey: "P|B4", time: 7 });
    expect(frame?.events.map((event) => event.kind)).toEqual(["seen", "settled"]);
    expect(ledger.known(PATH)).toEqual({ path: PATH, size: 1000, mtimeMs: 1_000_000.25, ctimeMs: 1_000_000.5 });
  });

  it("keeps a note about how it settled in its story", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(PATH, { note: "no done marker came for 300 s" }), undefined);
    expect(ledger.story(PATH)[0]?.events[0]).toMatchObject({
      kind: "settled",
      detail: { note: "no done marker came for 300 s" },
    });
  });

  it("gives each page a row", () => {
    const ledger = openTestLedger();
    ledger.seen(ROOT, PATH, 5);
    ledger.settled(ROOT, settledSource(PATH, { pages: 3 }), undefined);
    expect(states(ledger)).toEqual(["1.0 ready", "1.1 ready", "1.2 ready"]);
    ledger.settled(ROOT, settledSource(PATH, { pages: 2, sha256: sha("b") }), undefined);
    expect(states(ledger)).toEqual([
      ...["1.0 superseded old", "1.1 superseded old", "1.2 superseded old"],
      ...["2.0 ready", "2.1 ready"],
    ]);
    expect(ledger.counts().frames).toBe(2);
  });

  it("takes a touched file for what it is", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(PATH), undefined);
    const [job] = ledger.takeReady(3e6, 1);
    ledger.finished(job!.id, frameResult(), 4e6);
    ledger.settled(ROOT, settledSource(PATH, { mtimeMs: 9e6, ctimeMs: 9e6, settledAtMs: 9e6 }), undefined);
    expect(states(ledger)).toEqual(["1.0 done"]);
    expect(ledger.known(PATH)?.mtimeMs).toBe(9e6);
    expect(ledger.story(PATH)[0]?.mtimeMs).toBe(1_000_000.25); // provenance stays
  });

  it("takes up again what could not be read when its turn came, and leaves alone what was set aside for another reason", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(PATH), undefined);
    const setAside = (code: string) => {
      const [job] = ledger.takeReady(3e6, 1);
      ledger.failed(job!.id, { code, detail: "" }, { kind: "quarantine" }, 4e6);
    };
    setAside("RF_UNREADABLE");
    ledger.settled(ROOT, settledSource(PATH, { ctimeMs: 9e6 }), undefined);
    expect(states(ledger)).toEqual(["1.0 ready"]);
    expect(ledger.story(PATH)[0]).toMatchObject({ failedAttempts: 0, errorCode: null });
    setAside("RF_WORKER_DIED");
    ledger.settled(ROOT, settledSource(PATH, { ctimeMs: 10e6 }), undefined);
    expect(states(ledger)).toEqual(["1.0 quarantined"]);
  });

  it("keeps the verdict on an overwritten file as history", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(PATH), undefined);
    ledger.finished(ledger.takeReady(3e6, 1)[0]!.id, frameResult(), 4e6);
    ledger.settled(ROOT, settledSource(PATH, { sha256: sha("b"), settledAtMs: 5e6 }), undefined);
    expect(states(ledger)).toEqual(["1.0 done old", "2.0 ready"]);
    expect(ledger.counts().byVerdict.focused).toBe(0);
  });

  it("ends in a coded state when the file is no frame, and goes on when it becomes one", () => {
    const ledger = openTestLedger();
    const stat = { size: 0, mtimeMs: 1, ctimeMs: 1 };
    ledger.seen(ROOT, PATH, 5);
    ledger.rejected(ROOT, PATH, stat, "RF_ZERO_BYTES", "0 bytes", 6);
    ledger.rejected(ROOT, PATH, stat, "RF_ZERO_BYTES", "0 bytes", 7);
    expect(ledger.known(PATH)).toEqual({ path: PATH, ...stat });
    expect(ledger.story(PATH)[0]?.events.map((event) => event.kind)).toEqual(["seen", "rejected"]);
    expect(ledger.select("SELECT error_code FROM v_problems")).toEqual([{ error_code: "RF_ZERO_BYTES" }]);
    ledger.settled(ROOT, settledSource(PATH), undefined);
    expect(states(ledger)).toEqual(["1.0 quarantined old", "2.0 ready"]);
    expect(ledger.select("SELECT * FROM v_problems")).toEqual([]);
  });

  it("notes what vanished, and judges it when it is back", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(PATH), undefined);
    ledger.gone(PATH, 3e6);
    ledger.gone(PATH, 3e6);
    expect(ledger.known(PATH)).toBeUndefined();
    ledger.seen(ROOT, PATH, 4e6);
    ledger.settled(ROOT, settledSource(PATH), undefined);
    expect(states(ledger)).toEqual(["1.0 gone old", "2.0 ready"]);
  });

  it("leaves nothing of a batch that failed", () => {
    const ledger = openTestLedger();
    const batch = () =>
      ledger.batch(() => {
        ledger.seen(ROOT, PATH, 1);
        throw new Error("no");
      });
    expect(batch).toThrow("no");
    expect(ledger.counts().frames).toBe(0);
  });

  it("tells all known files of one folder, in more than one read", () => {
    const ledger = openTestLedger();
    ledger.batch(() => {
      for (let i = 0; i < 5003; i++) ledger.settled(ROOT, settledSource(`${ROOT}/${i}.tif`), named("s", i));
      ledger.settled("/other", settledSource("/other/a.tif"), undefined);
      ledger.seen(ROOT, `${ROOT}/only-seen.tif`, 1);
    });
    expect(new Set([...ledger.allKnown(ROOT)].map(({ path }) => path)).size).toBe(5003);
    expect([...ledger.allKnown("/other")]).toHaveLength(1);
  });
});

describe("isLive", () => {
  it("is what changed since the daemon started", () => {
    expect(isLive({ ctimeMs: 50, lastChangeMs: 100 }, 100)).toBe(true);
    expect(isLive({ ctimeMs: 100, lastChangeMs: 50 }, 100)).toBe(true);
    expect(isLive({ ctimeMs: 50, lastChangeMs: 50 }, 100)).toBe(false);
    expect(isLive({ ctimeMs: 50, lastChangeMs: 50 }, undefined)).toBe(false);
  });
});

describe("the database itself", () => {
  it("keeps its promises against whoever writes", async () => {
    const { default: BetterSqlite3 } = await import("better-sqlite3");
    const ledger = openTestLedger({ clock: handClock() });
    ledger.settled(ROOT, settledSource(PATH), undefined);
    ledger.finished(ledger.takeReady(3e6, 1)[0]!.id, frameResult(), 4e6);
    const db = new BetterSqlite3(ledger.path);
    expect(() => db.exec("UPDATE events SET kind = 'x'")).toThrow("append-only");
    expect(() => db.exec("DELETE FROM events")).toThrow("append-only");
    expect(() => db.exec("DELETE FROM frames")).toThrow("never deleted");
    expect(() => db.exec("UPDATE frames SET verdict = 'blank'")).toThrow("does not change");
    expect(() =>
      db.exec("INSERT INTO frames (path, root, revision, page, state, seen_ms) VALUES ('p', 'r', 1, 0, 'lost', 1)"),
    ).toThrow("CHECK");
    db.close();
  });
});
