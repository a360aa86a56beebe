import { describe, expect, test } from "vitest";
import { judgeProgress, PATIENCE, type Progress, type Pulse } from "../../src/service/progress.js";

const idle = { state: "idle", busyMs: 0 } as const;
const queue = { kind: "answered", due: false, begun: 7, refusal: undefined } as const;
const healthy = {
  scans: [{ folder: "/export", lateMs: 0 }],
  workers: [idle],
  frameLimitMs: 120_000,
  queue,
} satisfies Omit<Pulse, "atMs">;

/** Looks each 40 s; `at` says what is found then, `begun` grows where it says so. */
function watch(minutes: number, at: (ms: number) => Partial<Pulse>): Progress {
  let progress: Progress | undefined;
  for (let atMs = 0; atMs <= minutes * 60_000; atMs += 40_000)
    progress = judgeProgress(progress, { ...healthy, ...at(atMs), atMs });
  return progress!;
}

const due = (begun: number) => ({ queue: { ...queue, due: true, begun } });

describe("there is progress", () => {
  test("while nothing is to be done, for hours", () => {
    expect(watch(600, () => ({})).stuck).toEqual([]);
  });

  test("while a backlog is worked off, however long", () => {
    expect(watch(600, (ms) => due(ms / 1000)).stuck).toEqual([]);
  });

  test("while frames wait because every worker is busy with a frame within its limit", () => {
    const busy = { state: "busy", busyMs: 150_000 } as const;
    expect(watch(60, () => ({ ...due(7), workers: [busy, busy] })).stuck).toEqual([]);
  });

  test("while the disk is full: a restart would not free it", () => {
    const full = { ...queue, due: true, refusal: "RF_DISK_FULL: there is no space left on the disk" };
    expect(watch(600, () => ({ queue: full })).stuck).toEqual([]);
  });

  test("while a scan is late by less than its patience", () => {
    expect(watch(60, () => ({ scans: [{ folder: "/export", lateMs: PATIENCE.scanMs }] })).stuck).toEqual([]);
  });

  test("while the queue is blocked now and then, but moves in between", () => {
    expect(watch(600, (ms) => due(Math.floor(ms / 120_000))).stuck).toEqual([]);
  });
});

describe("there is none", () => {
  test("when a scan has got nowhere for too long, in any of the folders", () => {
    const scans = [
      { folder: "/export", lateMs: 0 },
      { folder: "/mnt/share", lateMs: 121_000 },
    ];
    expect(watch(0, () => ({ scans })).stuck).toEqual(["the scan of /mnt/share has got nowhere for 121 s"]);
  });

  test("when a frame is beyond its limit and its worker was not killed", () => {
    const workers = [idle, { state: "busy", busyMs: 181_000 } as const];
    expect(watch(0, () => ({ workers })).stuck).toEqual(["a frame has taken 181 s, its limit is 120 s"]);
    expect(watch(0, () => ({ workers, frameLimitMs: 600_000 })).stuck).toEqual([]);
  });

  test("when frames wait, a worker is free, and nothing is begun", () => {
    expect(watch(2, () => due(7)).stuck).toEqual([]);
    expect(watch(3, () => due(7)).stuck).toEqual(["frames wait and a worker is free, but none was begun for 160 s"]);
  });

  test("when no worker comes up", () => {
    const workers = [{ state: "starting", busyMs: 0 } as const, { state: "ended", busyMs: 0 } as const];
    expect(watch(3, () => ({ workers })).stuck).toEqual([]);
    expect(watch(4, () => ({ workers })).stuck).toEqual(["no worker has been ready for 240 s"]);
  });

  test("when the ledger does not answer", () => {
    const silent = { queue: { kind: "silent", why: "it is locked" } } as const;
    expect(watch(1, () => silent).stuck).toEqual([]);
    expect(watch(2, () => silent).stuck).toEqual(["the ledger has not answered for 120 s: it is locked"]);
  });
});

test("progress that comes back is seen at once", () => {
  expect(watch(10, (ms) => due(ms < 600_000 ? 7 : 8)).stuck).toEqual([]);
  expect(watch(10, (ms) => (ms < 600_000 ? { queue: { kind: "silent", why: "" } } : {})).stuck).toEqual([]);
  expect(watch(10, (ms) => ({ workers: ms < 600_000 ? [] : [idle] })).stuck).toEqual([]);
});
