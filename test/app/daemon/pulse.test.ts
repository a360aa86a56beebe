import { beforeEach, expect, test } from "vitest";
import { DoneToday } from "../../../src/app/daemon/done-today.js";
import { type PulseSources, takePulse } from "../../../src/app/daemon/pulse.js";
import type { Ledger } from "../../../src/ledger/ledger.js";
import type { WatcherStatus } from "../../../src/watch/watched-folder.js";
import { frameResult, handClock, openTestLedger, ROOT, settledSource, sha } from "../../ledger/support.js";

const clock = handClock();
let ledger: Ledger;

beforeEach(() => {
  ledger = openTestLedger({ clock });
});

function sources(changes: Partial<PulseSources> = {}): PulseSources {
  const watcher = { path: ROOT, scanLateMs: 40, rootPresent: true } as WatcherStatus;
  return {
    ...{
      clock,
      ledger,
      watchers: [watcher],
      frameLimitMs: 120_000,
      dispatcher: { refusal: undefined, held: undefined },
    },
    doneToday: new DoneToday("UTC"),
    pool: { status: () => [{ pid: 5, state: "idle", busyMs: 0 }] },
    ...changes,
  };
}

function settle(name: string, digit: string): void {
  const path = `${ROOT}/${name}`;
  ledger.seen(ROOT, path, clock.now());
  ledger.settled(ROOT, settledSource(path, { sha256: sha(digit) }), undefined);
}

test("an empty ledger waits for nothing", () => {
  const look = takePulse(sources());
  expect(look.pulse).toMatchObject({
    scans: [{ folder: ROOT, lateMs: 40 }],
    workers: [{ state: "idle", busyMs: 0 }],
    frameLimitMs: 120_000,
    queue: { kind: "answered", due: false, begun: 0, refusal: undefined },
  });
  expect(look.folders).toEqual([{ path: ROOT, missing: false }]);
  expect(look.frames).toMatchObject({ inHand: 0, waiting: 0, doneToday: 0, problems: 0 });
});

test("counts what is waiting, in hand, done and a problem", () => {
  for (const [k, digit] of ["a", "b", "c", "d"].entries()) settle(`t${k}.tif`, digit);
  expect(takePulse(sources())).toMatchObject({ pulse: { queue: { due: true, begun: 0 } }, frames: { waiting: 4 } });
  const [first, second, third] = ledger.takeReady(clock.now(), 3);
  ledger.finished(first!.id, frameResult(), clock.now());
  ledger.failed(second!.id, { code: "RF_DECODE_FAILED", detail: "x" }, { kind: "quarantine" }, clock.now());
  clock.time += 1;
  expect(takePulse(sources()).frames).toMatchObject({ inHand: 1, waiting: 1, doneToday: 1, problems: 1 });
  const later = { kind: "retry", notBefore: clock.now() + 5_000 } as const;
  ledger.failed(third!.id, { code: "RF_UNREADABLE", detail: "x" }, later, clock.now());
  expect(takePulse(sources())).toMatchObject({
    pulse: { queue: { due: true, begun: 3 } },
    frames: { inHand: 0, waiting: 2, problems: 2 },
  });
});

test("a frame that waits for its next attempt is not due yet", () => {
  settle("t0.tif", "a");
  const [frame] = ledger.takeReady(clock.now(), 1);
  const later = { kind: "retry", notBefore: clock.now() + 5_000 } as const;
  ledger.failed(frame!.id, { code: "RF_UNREADABLE", detail: "x" }, later, clock.now());
  expect(takePulse(sources()).pulse.queue).toMatchObject({ due: false, begun: 1 });
  clock.time += 5_000;
  expect(takePulse(sources()).pulse.queue).toMatchObject({ due: true });
});

test("a new content of a file whose old one is in hand is not due yet", () => {
  settle("t0.tif", "a");
  ledger.takeReady(clock.now(), 1);
  settle("t0.tif", "b");
  expect(takePulse(sources())).toMatchObject({ pulse: { queue: { due: false } }, frames: { inHand: 1, waiting: 1 } });
});

test("what is done is counted once, as one day's", () => {
  const doneToday = new DoneToday("UTC");
  const counted = () => takePulse(sources({ doneToday })).frames?.doneToday;
  const finish = (name: string, digit: string) => {
    settle(name, digit);
    ledger.finished(ledger.takeReady(clock.now(), 1)[0]!.id, frameResult(), clock.now());
    clock.time += 1;
  };
  finish("t0.tif", "a");
  expect([counted(), counted()]).toEqual([1, 1]);
  finish("t1.tif", "b");
  expect([counted(), counted()]).toEqual([2, 2]);
  // The clock is put back: nothing is counted twice.
  clock.time -= 60_000;
  expect(counted()).toBe(2);
  clock.time += 60_000;
  expect(counted()).toBe(2);
  clock.time += 24 * 3_600_000;
  expect(counted()).toBe(0);
  finish("t2.tif", "c");
  expect(counted()).toBe(1);
  // A daemon that was started again counts what was done before it.
  expect(takePulse(sources()).frames?.doneToday).toBe(1);
});

test("a ledger that does not answer is part of the finding", () => {
  const silent = {
    select() {
      throw new Error("database is locked");
    },
  };
  expect(takePulse(sources({ ledger: silent }))).toMatchObject({
    pulse: { queue: { kind: "silent", why: expect.stringContaining("database is locked") as string } },
    frames: undefined,
  });
});

test("a frame that waits for space on the disk does not make the queue stand still", () => {
  settle("t0.tif", "a");
  const [job] = ledger.takeReady(clock.now(), 1);
  ledger.hold(job!.id, { code: "RF_DISK_LOW", detail: "1 GB free" }, clock.now());
  const held = { codes: ["RF_DISK_LOW"], roots: [ROOT] };
  const due = (dispatcher: PulseSources["dispatcher"]) => takePulse(sources({ dispatcher })).pulse.queue;
  expect(due({ refusal: undefined, held })).toMatchObject({ due: false });
  expect(due({ refusal: undefined, held: undefined })).toMatchObject({ due: true });
});
