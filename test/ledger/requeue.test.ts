import { describe, expect, it } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.js";
import { openLedgerBeside } from "../../src/ledger/open.js";
import { planRequeue } from "../../src/ledger/requeue.js";
import { frameResult, handClock, named, openTestLedger, ROOT, settledSource, sha } from "./support.js";

const path = (name: string) => `${ROOT}/${name}.tif`;
const DIED = { code: "RF_WORKER_DIED", detail: "signal 11" };

/** A frame that failed so many times and was then set aside, or waits for another attempt. */
function failing(ledger: Ledger, name: string, times: number, then: "quarantine" | "retry" = "quarantine"): number {
  ledger.settled(ROOT, settledSource(path(name)), named("S", 1));
  let id = 0;
  for (let attempt = 1; attempt <= times; attempt++) {
    const [job] = ledger.takeReady(1e9, 1);
    id = job!.id;
    const last = attempt === times && then === "quarantine";
    ledger.failed(
      id,
      DIED,
      last ? { kind: "quarantine" } : { kind: "retry", notBefore: attempt === times ? 5e9 : 0 },
      1e9,
    );
  }
  return id;
}

function rejected(ledger: Ledger, name: string): number {
  const stat = { size: 0, mtimeMs: 1, ctimeMs: 1 };
  ledger.seen(ROOT, path(name), 1);
  ledger.rejected(ROOT, path(name), stat, "RF_ZERO_BYTES", "", 2);
  return ledger.requeueCandidates(path(name))[0]!.id;
}

describe("planRequeue", () => {
  const frame = { page: 0, sha256: sha("a"), failedAttempts: 0 };
  it.each([
    ["quarantined", {}, "ready"],
    ["quarantined", { sha256: null }, "seen"],
    ["ready", { failedAttempts: 2 }, "ready"],
    ["ready", {}, "waits for its turn already"],
    ["seen", { sha256: null }, "is not complete yet"],
    ["working", { failedAttempts: 1 }, "is being worked on"],
    ["done", { failedAttempts: 1 }, "has its verdict"],
    ["gone", {}, "was removed; it is judged by itself when it is put back"],
    ["superseded", {}, "was overwritten"],
  ] as const)("%s %j: %s", (state, changes, expected) => {
    const plan = planRequeue({ ...frame, ...changes, state });
    expect(plan.kind === "requeue" ? plan.to : plan.why).toBe(expected);
  });
});

describe("requeue", () => {
  it("gives a frame that was set aside all its attempts again, and keeps its history", () => {
    const ledger = openTestLedger();
    const id = failing(ledger, "a", 3);
    expect(ledger.takeReady(9e9, 1)).toEqual([]);
    expect(ledger.requeue([id], 2e9)).toMatchObject([{ plan: { kind: "requeue", to: "ready" } }]);
    expect(ledger.nextDue()).toBe(0);
    expect(ledger.takeReady(2e9, 1)).toMatchObject([{ id, attempt: 1 }]);
    const story = ledger.frameStory(id)!;
    expect(story).toMatchObject({ state: "working", failedAttempts: 0, errorCode: null, finishedMs: null });
    expect(story.attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
      ...[1, 2, 3].map((number) => [number, "failed"]),
      [4, null],
    ]);
    expect(story.events.filter(({ kind }) => kind === "requeued")).toMatchObject([
      { atMs: 2e9, detail: { from: "quarantined", to: "ready", failedAttempts: 3 } },
    ]);
    ledger.finished(id, frameResult(), 3e9);
    expect(ledger.counts().byState).toMatchObject({ done: 1, quarantined: 0 });
  });

  it("does not make a frame that waits for another attempt wait", () => {
    const ledger = openTestLedger();
    const id = failing(ledger, "a", 1, "retry");
    expect(ledger.takeReady(2e9, 1)).toEqual([]);
    ledger.requeue([id], 2e9);
    expect(ledger.takeReady(2e9, 1)).toMatchObject([{ id, attempt: 1 }]);
  });

  it("lets a file settle anew that was rejected before it was ready", () => {
    const ledger = openTestLedger();
    const id = rejected(ledger, "a");
    expect(ledger.known(path("a"))).toBeDefined();
    expect(ledger.requeue([id], 3)).toMatchObject([{ plan: { to: "seen" } }]);
    expect(ledger.known(path("a"))).toBeUndefined();
    ledger.seen(ROOT, path("a"), 4);
    ledger.settled(ROOT, settledSource(path("a"), { pages: 2 }), undefined);
    expect(ledger.story(path("a")).map(({ id: row, page, state }) => [row, page, state])).toEqual([
      [id, 0, "ready"],
      [id + 1, 1, "ready"],
    ]);
  });

  it("can be rejected again, with the same stat as before", () => {
    const ledger = openTestLedger();
    const id = rejected(ledger, "a");
    ledger.requeue([id], 3);
    ledger.rejected(ROOT, path("a"), { size: 0, mtimeMs: 1, ctimeMs: 1 }, "RF_ZERO_BYTES", "", 4);
    expect(ledger.frameStory(id)).toMatchObject({ state: "quarantined", errorCode: "RF_ZERO_BYTES", finishedMs: 4 });
  });

  it("goes behind what the microscope writes now", () => {
    const ledger = openTestLedger({ clock: handClock(1000) });
    ledger.startRun({ version: "0", configSha256: sha("f"), host: "h", engine: null });
    const live = (name: string) => settledSource(path(name), { lastChangeMs: 1001, settledAtMs: 1002 });
    ledger.settled(ROOT, live("old"), undefined);
    const [job] = ledger.takeReady(1e9, 1);
    ledger.failed(job!.id, DIED, { kind: "quarantine" }, 1e9);
    ledger.requeue([job!.id], 1e9);
    ledger.settled(ROOT, live("new"), undefined);
    expect(ledger.takeReady(1e9, 2).map((each) => each.path)).toEqual(["new", "old"].map(path));
  });

  it("leaves what has moved on, and ids that are none", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(path("a")), undefined);
    const [job] = ledger.takeReady(1e9, 1);
    ledger.finished(job!.id, frameResult(), 1e9);
    expect(ledger.requeue([job!.id, 77], 2e9)).toMatchObject([{ plan: { kind: "leave", why: "has its verdict" } }]);
    expect(ledger.frameStory(job!.id)?.events.map(({ kind }) => kind)).not.toContain("requeued");
  });

  it("finds frames by what became of them", () => {
    const ledger = openTestLedger();
    const aside = failing(ledger, "aside", 2);
    const waiting = failing(ledger, "waiting", 1, "retry");
    const never = rejected(ledger, "never");
    ledger.settled(ROOT, settledSource(path("fresh")), undefined);
    const ids = (which: { quarantined: boolean; failed: boolean }) =>
      ledger.requeueCandidatesOf(which).map(({ id }) => id);
    expect(ids({ quarantined: true, failed: false })).toEqual([aside, never]);
    expect(ids({ quarantined: false, failed: true })).toEqual([aside, waiting]);
    expect(ids({ quarantined: true, failed: true })).toEqual([aside, waiting, never]);
    expect(ids({ quarantined: false, failed: false })).toEqual([]);
  });
});

describe("openLedgerBeside", () => {
  it("writes beside the daemon, which sees it at once", () => {
    const daemon = openTestLedger();
    const id = failing(daemon, "a", 1);
    const command = openLedgerBeside(daemon.path, { clock: handClock() });
    command.requeue([id], 2e9);
    command.close();
    expect(daemon.takeReady(2e9, 1)).toMatchObject([{ id }]);
  });

  it("makes no ledger where there is none", () => {
    expect(() => openLedgerBeside("/nonexistent/ledger.sqlite", { clock: handClock() })).toThrow("RF_LEDGER_MISSING");
  });
});
