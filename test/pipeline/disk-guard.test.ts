import { describe, expect, it } from "vitest";
import { silentLog } from "../../src/log/log.js";
import { DiskGuard, type GuardedFolder, isLow } from "../../src/pipeline/disk-guard.js";
import { FakeClock } from "../watch/support/fake-clock.js";

const GB = 1e9;

describe("whether reconstructing stops", () => {
  it.each([
    ["goes on at the limit itself", false, 2 * GB, 2 * GB, false],
    ["stops below it", false, 1.99 * GB, 2 * GB, true],
    ["stays stopped a little above it", true, 2.1 * GB, 2 * GB, true],
    ["goes on when a tenth more is free", true, 2.2 * GB, 2 * GB, false],
    ["never stops without a limit", true, 0, 0, false],
    ["does not begin on space that cannot be told", false, null, 2 * GB, false],
    ["does not end on it either", true, null, 2 * GB, true],
  ])("%s", (_what, wasLow, free, limit, low) => {
    expect(isLow(wasLow, free, limit)).toBe(low);
  });
});

function setUp(folders: GuardedFolder[]) {
  const clock = new FakeClock();
  const log: string[] = [];
  const free = new Map<string, number>();
  /** What writing into a folder fails with. */
  const broken = new Map<string, string>();
  const trials: string[] = [];
  let changes = 0;
  const guard = new DiskGuard(() => folders, {
    clock,
    log: {
      ...silentLog,
      info: (message, fields) => log.push(`info ${message} ${JSON.stringify(fields)}`),
      warn: (message, fields) => log.push(`warn ${message} ${JSON.stringify(fields)}`),
      error: (message) => log.push(`error ${message}`),
    },
    freeBytes: async (folder) => {
      const bytes = free.get(folder);
      if (bytes === undefined) throw new Error("ENOTCONN");
      return bytes;
    },
    tryWrite: async (folder, bytes) => {
      trials.push(`${folder} ${bytes}`);
      const failure = broken.get(folder);
      if (failure !== undefined) throw new Error(failure);
    },
    onChange: () => changes++,
  });
  return { clock, log, free, broken, trials, guard, changes: () => changes };
}

describe("DiskGuard", () => {
  it("holds the folders whose disk is short, says so once each way, and lets go by itself", async () => {
    const folders = ["/a", "/b"].map((root) => ({ root, output: `${root}/out`, limitBytes: 2 * GB }));
    const { clock, log, free, guard, changes } = setUp(folders);
    free.set("/a/out", 5 * GB).set("/b/out", 5 * GB);
    guard.start();
    await clock.advance(60_000);
    expect([guard.holding.size, log, changes()]).toEqual([0, [], 0]);
    free.set("/a/out", 1.3 * GB);
    await clock.advance(10_000);
    const sinceMs = clock.now();
    expect([...guard.holding]).toEqual([["/a", { code: "RF_DISK_LOW", why: "1.3 GB free for /a/out, below 2 GB" }]]);
    await clock.advance(60_000);
    free.set("/a/out", 2.1 * GB);
    await clock.advance(60_000);
    free.delete("/a/out");
    await clock.advance(60_000);
    expect(changes()).toBe(1);
    expect(log).toEqual([expect.stringMatching(/^warn reconstructing stops.*RF_DISK_LOW.*1\.3 GB free.*"todo"/)]);
    expect(guard.status()).toMatchObject([
      { root: "/a", freeBytes: null, lowSinceMs: sinceMs },
      { root: "/b", freeBytes: 5 * GB, lowSinceMs: null },
    ]);
    free.set("/a/out", 3 * GB);
    await clock.advance(10_000);
    expect([guard.holding.size, changes(), log.length]).toEqual([0, 2, 2]);
    expect(log[1]).toContain("goes on");
    guard.stop();
    await clock.advance(0);
    expect(clock.sleepers).toBe(0);
  });

  it("heeds a limit that changes, and a folder that is guarded no longer", async () => {
    const folders = [{ root: "/a", output: "/out", limitBytes: 9 * GB }];
    const { free, guard, changes, log } = setUp(folders);
    free.set("/out", 5 * GB);
    await guard.check();
    expect(guard.holding.size).toBe(1);
    folders[0] = { root: "/a", output: "/out", limitBytes: 1 * GB };
    await guard.check();
    expect([guard.holding.size, changes()]).toEqual([0, 2]);
    folders[0] = { root: "/a", output: "/out", limitBytes: 9 * GB };
    await guard.check();
    folders.length = 0;
    await guard.check();
    expect([guard.holding.size, changes(), log.filter((line) => line.includes("goes on, there")).length]).toEqual([
      0, 4, 1,
    ]);
  });

  const output = { root: "/a", folder: "/out/sub", bytes: 20e6 };

  it("holds a folder on whose disk there was no room, also without a limit, until as much can be written there", async () => {
    const { clock, free, trials, guard, changes, log } = setUp([{ root: "/a", output: "/out", limitBytes: 0 }]);
    free.set("/out", 1e6).set("/out/sub", 1e6);
    guard.start();
    await clock.advance(0);
    expect(await guard.refused({ ...output, code: "RF_DISK_FULL" })).toBe(true);
    const since = clock.now();
    expect(guard.status()).toMatchObject([
      { hold: { code: "RF_DISK_FULL", why: "no room for a file in /out/sub" }, lowSinceMs: since },
    ]);
    // The next frame that had been on its way has the same fate, and is no news.
    expect(await guard.refused({ ...output, code: "RF_DISK_FULL" })).toBe(true);
    await clock.advance(60_000);
    expect([guard.holding.size, trials, changes(), log.length]).toEqual([1, [], 1, 1]);
    expect(log[0]).toMatch(/^warn reconstructing stops.*RF_DISK_FULL/);
    free.set("/out/sub", 1e9);
    await clock.advance(10_000);
    expect([guard.holding.size, trials, changes()]).toEqual([0, ["/out/sub 20000000"], 2]);
    guard.stop();
  });

  it("holds a folder that cannot be written, and leaves it to the frame where it can", async () => {
    const { clock, broken, guard, changes } = setUp([{ root: "/a", output: "/out", limitBytes: 0 }]);
    guard.start();
    await clock.advance(0);
    expect(await guard.refused({ ...output, code: "RF_OUTPUT_UNWRITABLE" })).toBe(false);
    expect([guard.holding.size, changes()]).toEqual([0, 0]);
    broken.set("/out/sub", "EROFS: read-only file system");
    expect(await guard.refused({ ...output, code: "RF_OUTPUT_UNWRITABLE" })).toBe(true);
    expect([...guard.holding]).toEqual([
      ["/a", { code: "RF_OUTPUT_UNWRITABLE", why: "/out/sub: EROFS: read-only file system" }],
    ]);
    await clock.advance(30_000);
    expect(guard.holding.size).toBe(1);
    broken.clear();
    await clock.advance(10_000);
    expect([guard.holding.size, changes()]).toEqual([0, 2]);
    guard.stop();
  });

  it("blames the frame of a folder whose frames are not to be reconstructed any more", async () => {
    const { guard } = setUp([]);
    expect(await guard.refused({ ...output, code: "RF_DISK_FULL" })).toBe(false);
  });
});
