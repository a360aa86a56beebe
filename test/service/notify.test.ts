import { beforeEach, describe, expect, test } from "vitest";
import type { Log } from "../../src/log/log.js";
import { silentLog } from "../../src/log/log.js";
import { type Look, Notifier } from "../../src/service/notify.js";
import type { ServiceManager } from "../../src/service/service-manager.js";
import { FakeClock } from "../watch/support/fake-clock.js";

let clock: FakeClock;
let told: (readonly string[])[];
let said: string[];
let lateMs: number;
let waiting: number;
const log: Log = {
  ...silentLog,
  error: (message) => void said.push(message),
  info: (message) => void said.push(message),
};

beforeEach(() => {
  clock = new FakeClock();
  told = [];
  said = [];
  lateMs = 0;
  waiting = 0;
});

function look(): Look {
  return {
    pulse: {
      atMs: clock.monotonic(),
      scans: [{ folder: "/export", lateMs }],
      workers: [{ state: "idle", busyMs: 0 }],
      frameLimitMs: 120_000,
      queue: { kind: "answered", due: false, begun: 0, refusal: undefined },
    },
    folders: [{ path: "/export", missing: false }],
    frames: { inHand: 0, waiting, doneToday: 0, problems: 0 },
  };
}

function notifier(watchdogMs: number | undefined, how: () => Look = look): Notifier {
  const manager: ServiceManager = {
    watchdogMs,
    tell: (...messages) => {
      told.push(messages);
      return Promise.resolve();
    },
  };
  return new Notifier({ clock, log, manager, look: how });
}

const STATUS = "STATUS=watching 1 folder; 0 in hand, 0 waiting; 0 done today, 0 problems";

describe("with a watchdog of two minutes", () => {
  test("is ready, then gives a sign of life each 40 s, and the status when it changes", async () => {
    const one = notifier(120_000);
    await one.start();
    expect(told).toEqual([["READY=1", "WATCHDOG=1", STATUS]]);
    await clock.advance(39_999);
    expect(told).toHaveLength(1);
    await clock.advance(1);
    expect(told.slice(1)).toEqual([["WATCHDOG=1"]]);
    waiting = 5;
    await clock.advance(40_000);
    expect(told.slice(2)).toEqual([["WATCHDOG=1", STATUS.replace("0 waiting", "5 waiting")]]);
    await one.stop();
  });

  test("gives no sign of life without progress, says why, and goes on when there is progress again", async () => {
    const one = notifier(120_000);
    await one.start();
    lateMs = 130_000;
    await clock.advance(120_000);
    expect(told.slice(1)).toEqual([
      [expect.stringMatching(/^STATUS=NO PROGRESS: the scan of \/export has got nowhere for 130 s; /)],
    ]);
    expect(said).toEqual(["no progress"]);
    lateMs = 0;
    await clock.advance(40_000);
    expect(told.at(-1)).toEqual(["WATCHDOG=1", STATUS]);
    expect(said).toEqual(["no progress", "there is progress again"]);
    await one.stop();
  });

  test("a look that fails gives no sign of life, and the next one is tried all the same", async () => {
    const ways: { look: () => Look } = { look };
    const one = notifier(120_000, () => ways.look());
    await one.start();
    ways.look = () => {
      throw new Error("boom");
    };
    await clock.advance(80_000);
    expect(told).toHaveLength(1);
    ways.look = look;
    await clock.advance(40_000);
    expect(told.slice(1)).toEqual([["WATCHDOG=1"]]);
    await one.stop();
  });
});

test("without a watchdog keeps the status only", async () => {
  const one = notifier(undefined);
  await one.start();
  await clock.advance(60_000);
  waiting = 1;
  await clock.advance(30_000);
  expect(told).toEqual([["READY=1", STATUS], [STATUS.replace("0 waiting", "1 waiting")]]);
  await one.stop();
});

test("asks for time before a long step of the start", async () => {
  await notifier(120_000).step("opening the ledger");
  expect(told).toEqual([["EXTEND_TIMEOUT_USEC=900000000", "STATUS=starting: opening the ledger"]]);
});

test("is ready again after a reload, also after one that failed", async () => {
  const one = notifier(120_000);
  await one.reloading(() => Promise.resolve());
  expect(told).toEqual([["RELOADING=1"], ["READY=1"]]);
  await expect(one.reloading(() => Promise.reject(new Error("bad")))).rejects.toThrow("bad");
  expect(told.at(-1)).toEqual(["READY=1"]);
});

test("says that it ends, and then nothing more", async () => {
  const one = notifier(120_000);
  await one.start();
  await one.stop();
  await clock.advance(600_000);
  expect(told.slice(1)).toEqual([["STOPPING=1", "STATUS=finishing the frames in hand"]]);
  expect(clock.sleepers).toBe(0);
});

test("with nobody to tell, progress is judged and logged all the same", async () => {
  const one = new Notifier({ clock, log, manager: undefined, look });
  await one.start();
  lateMs = 130_000;
  await clock.advance(30_000);
  expect(said).toEqual(["no progress"]);
  await one.stop();
});
