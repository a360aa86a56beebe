import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { HEAD_BUT_HELD_SQL, HEAD_SQL, SERIES_HEAD_BUT_HELD_SQL, SERIES_HEAD_SQL } from "../../src/ledger/queue.js";
import { frameResult, handClock, named, openTestLedger, ROOT, settledSource, sha } from "./support.js";

const RUN = { version: "0.1.0", configSha256: sha("f"), host: "scope", engine: null };
const path = (name: string) => `${ROOT}/${name}.tif`;

describe("takeReady", () => {
  it("hands out live frames before backlog, and time points in order", () => {
    const clock = handClock(10_000);
    const ledger = openTestLedger({ clock });
    ledger.startRun(RUN);
    const settle = (name: string, series: string, time: number, settledAtMs: number, lastChangeMs: number) =>
      ledger.settled(
        ROOT,
        settledSource(path(name), { settledAtMs, lastChangeMs, ctimeMs: lastChangeMs }),
        named(series, time),
      );
    settle("old-2", "A", 2, 10_001, 500);
    settle("old-1", "A", 1, 10_002, 500);
    settle("new-9", "A", 9, 10_003, 10_003);
    settle("b-5", "B", 5, 10_004, 10_004);
    settle("new-8", "A", 8, 10_005, 10_005);
    const order = ledger.takeReady(20_000, 10).map((job) => job.path);
    expect(order).toEqual(["new-8", "new-9", "b-5", "old-1", "old-2"].map(path));
  });

  it("gives a worker what it needs, and starts an attempt", () => {
    const ledger = openTestLedger();
    const runId = ledger.startRun(RUN);
    ledger.settled(ROOT, settledSource(path("a"), { pages: 2 }), named("A", 1));
    expect(ledger.takeReady(3e6, 1)).toEqual([
      {
        ...{ id: 1, path: path("a"), root: ROOT, page: 0, revision: 1, sha256: sha("a"), size: 1000 },
        ...{ mtimeMs: 1_000_000.25, statMtimeMs: 1_000_000.25, statCtimeMs: 1_000_000.5 },
        ...{ attempt: 1, seriesKey: "A", type: "tiff", pages: 2 },
        ...{ position: null, time: 1, z: null, channel: null },
      },
    ]);
    expect(ledger.story(path("a"))[0]?.attempts).toMatchObject([{ number: 1, runId, startedMs: 3e6, outcome: null }]);
    expect(ledger.takeReady(3e6, 5).map((job) => job.page)).toEqual([1]);
    expect(ledger.takeReady(3e6, 5)).toEqual([]);
  });

  it("keeps a retry until it is due", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(path("a")), undefined);
    const [job] = ledger.takeReady(100, 1);
    const failure = { code: "RF_WORKER_DIED", detail: "signal 11" };
    expect(ledger.failed(job!.id, failure, { kind: "retry", notBefore: 500 }, 200)).toBe("ready");
    expect(ledger.takeReady(499, 1)).toEqual([]);
    expect(ledger.nextDue()).toBe(500);
    expect(ledger.takeReady(500, 1)).toMatchObject([{ attempt: 2 }]);
    expect(ledger.nextDue()).toBeUndefined();
  });

  it("does not begin a new content while the old one is worked on", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(path("a")), undefined);
    const [old] = ledger.takeReady(100, 1);
    ledger.settled(ROOT, settledSource(path("a"), { sha256: sha("b") }), undefined);
    expect(ledger.takeReady(100, 1)).toEqual([]);
    const gone = { code: "RF_SOURCE_CHANGED", detail: "another hash" };
    expect(ledger.failed(old!.id, gone, { kind: "retry", notBefore: 0 }, 200)).toBe("superseded");
    expect(ledger.takeReady(200, 1)).toMatchObject([{ revision: 2, sha256: sha("b"), attempt: 1 }]);
  });

  it("finds its frames by index", () => {
    const db = new BetterSqlite3(openTestLedger().path);
    const plan = (sql: string, values: object) =>
      (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values) as { detail: string }[]).map((step) => step.detail);
    const head = plan(HEAD_SQL, { now: 1 });
    const series = plan(SERIES_HEAD_SQL, { now: 1, root: "r", seriesKey: "s", isLive: 1 });
    const held = { heldCodes: '["RF_DISK_LOW"]', heldRoots: '["r"]' };
    const headButHeld = plan(HEAD_BUT_HELD_SQL, { now: 1, ...held });
    const seriesButHeld = plan(SERIES_HEAD_BUT_HELD_SQL, { now: 1, root: "r", seriesKey: "s", isLive: 1, ...held });
    db.close();
    for (const steps of [head, headButHeld]) expect(steps[0]).toContain("INDEX frames_queue");
    for (const steps of [series, seriesButHeld]) expect(steps[0]).toContain("INDEX frames_series_queue");
    for (const step of [head, series, headButHeld, seriesButHeld].flat()) expect(step).not.toContain("TEMP B-TREE");
  });
});

describe("recover and release", () => {
  it("put back what a restart cut short, without counting it as a failure", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(path("a")), undefined);
    ledger.settled(ROOT, settledSource(path("b")), undefined);
    ledger.takeReady(100, 2);
    ledger.settled(ROOT, settledSource(path("b"), { sha256: sha("b") }), undefined);
    expect(ledger.recover()).toBe(2);
    expect(ledger.recover()).toBe(0);
    expect(ledger.story(path("b")).map(({ state }) => state)).toEqual(["superseded", "ready"]);
    expect(ledger.takeReady(100, 1)).toMatchObject([{ path: path("a"), attempt: 1 }]);
    expect(ledger.story(path("a"))[0]?.attempts.map(({ outcome }) => outcome)).toEqual(["interrupted", null]);
  });

  it("hand back what was not begun", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(path("a")), undefined);
    const [job] = ledger.takeReady(100, 2);
    ledger.release([job!.id, 999], 200);
    expect(ledger.counts().byState.ready).toBe(1);
  });

  it("make yesterday's live frames today's backlog", () => {
    const clock = handClock(10_000);
    const ledger = openTestLedger({ clock });
    ledger.startRun(RUN);
    ledger.settled(ROOT, settledSource(path("a"), { settledAtMs: 11_000, lastChangeMs: 11_000 }), undefined);
    clock.time = 2e6;
    ledger.startRun(RUN);
    ledger.settled(ROOT, settledSource(path("b"), { settledAtMs: 2e6, lastChangeMs: 2e6 }), undefined);
    expect(ledger.takeReady(3e6, 2).map((job) => job.path)).toEqual([path("b"), path("a")]);
  });
});

describe("hold", () => {
  const low = { code: "RF_DISK_LOW", detail: "judged defocused; 1 GB free" };

  it("hands a frame back without counting an attempt, and says why", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(path("a")), undefined);
    const [job] = ledger.takeReady(100, 1);
    ledger.hold(job!.id, low, 200);
    const [story] = ledger.story(path("a"));
    expect(story).toMatchObject({ state: "ready", errorCode: low.code, errorDetail: low.detail, failedAttempts: 0 });
    expect(story?.events.find(({ kind }) => kind === "held")).toMatchObject({ detail: low });
    expect(ledger.takeReady(300, 1)).toMatchObject([{ path: path("a"), attempt: 1 }]);
    ledger.finished(job!.id, frameResult(), 400);
    expect(ledger.story(path("a"))[0]).toMatchObject({ state: "done", errorCode: null });
    expect(() => ledger.hold(job!.id, low, 500)).toThrow(/RF_INTERNAL/);
  });

  it("leaves held frames where they are, and hands out all others, in a series too", () => {
    const ledger = openTestLedger();
    for (const [k, name] of ["a", "b", "c"].entries())
      ledger.settled(ROOT, settledSource(path(name), { settledAtMs: 10 + k }), named("S", k));
    ledger.settled("/other", settledSource("/other/d.tif"), undefined);
    const taken = ledger.takeReady(100, 4);
    for (const { id, path: from } of taken) {
      if (from === path("b"))
        ledger.failed(id, { code: "RF_WORKER_DIED", detail: "" }, { kind: "retry", notBefore: 5 }, 200);
      else ledger.hold(id, low, 200);
    }
    const held = { codes: [low.code], roots: [ROOT] };
    expect(ledger.nextDue(held)).toBe(0);
    expect(ledger.takeReady(300, 9, held).map((job) => job.path)).toEqual([path("b"), "/other/d.tif"]);
    expect(ledger.nextDue(held)).toBeUndefined();
    expect(ledger.nextDue({ codes: [low.code], roots: ["/elsewhere"] })).toBe(0);
    expect(ledger.takeReady(300, 9).map((job) => job.path)).toEqual([path("a"), path("c")]);
  });
});

describe("finished and failed", () => {
  it("refuse a frame that is not being worked on", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(path("a")), undefined);
    expect(() => ledger.finished(1, frameResult(), 1)).toThrow("frame 1 is ready");
    expect(() => ledger.failed(7, { code: "RF_INTERNAL", detail: "" }, { kind: "quarantine" }, 1)).toThrow("unknown");
  });
});
