import { mkdirSync, readdirSync, rmdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { silentLog } from "../../src/log/log.js";
import { DailyLogJob, LAST_DAY } from "../../src/report/daily-log-job.js";
import { handClock, openTestLedger, ROOT, temporaryFolder } from "../ledger/support.js";
import { judge } from "./support.js";

const DAY = 86_400_000;
const OLD = ["2026-11-19.sqlite", "2026-11-19.html", ".2026-11-10.sqlite.77.tmp"];
const MORNING = Date.UTC(2026, 10, 23, 9);

function setUp(
  options: {
    keepDays?: number;
    ledgerKeepDays?: number;
    hourly?: () => void;
    backUp?: (day: string) => Promise<void>;
    page?: (file: { path: string }) => Promise<void>;
  } = {},
) {
  const clock = handClock(MORNING);
  const ledger = openTestLedger({ clock });
  const folder = join(temporaryFolder(), "log");
  const errors: string[] = [];
  const log = { ...silentLog, error: (message: string) => void errors.push(message) };
  const { keepDays = null, ledgerKeepDays = null, hourly = () => undefined, backUp = async () => undefined } = options;
  const page = options.page ?? (async () => undefined);
  const settings = { at: "00:05", folder, keepDays, ledgerKeepDays, timeZone: "UTC" };
  const job = new DailyLogJob(settings, { ledger, clock, log, hourly, backUp, page });
  return { clock, ledger, folder, job, errors };
}

describe("DailyLogJob", () => {
  it("catches up all days on which something happened, once", async () => {
    const { clock, ledger, folder, job } = setUp();
    judge(ledger, ROOT, "a.tif", MORNING - 5 * DAY);
    judge(ledger, ROOT, "b.tif", MORNING - 2 * DAY);
    judge(ledger, ROOT, "c.tif", MORNING - DAY);
    judge(ledger, ROOT, "d.tif", MORNING);
    const written = await job.catchUp();
    expect(written.map((file) => file.day)).toEqual(["2026-11-18", "2026-11-21", "2026-11-22"]);
    expect(ledger.getMeta(LAST_DAY)).toBe("2026-11-22");
    expect(await job.catchUp()).toEqual([]);
    clock.time += DAY;
    expect((await job.catchUp()).map((file) => file.day)).toEqual(["2026-11-23"]);
    expect(readdirSync(folder)).toHaveLength(4);
  });

  it("writes the page beside each log; a trouble with it keeps nothing else from being done", async () => {
    const pages: string[] = [];
    const page = async ({ path }: { path: string }) => {
      pages.push(path);
      throw new Error("no browser");
    };
    const { ledger, folder, job, errors } = setUp({ page });
    judge(ledger, ROOT, "a.tif", MORNING - 2 * DAY);
    judge(ledger, ROOT, "b.tif", MORNING - DAY);
    expect(await job.catchUp()).toHaveLength(2);
    expect(pages).toEqual([join(folder, "2026-11-21.sqlite"), join(folder, "2026-11-22.sqlite")]);
    expect(errors).toEqual(Array(2).fill(expect.stringContaining("the page of a day was not written")));
    expect(await job.catchUp()).toEqual([]);
  });

  it("writes a day again on which something happened after its log, since the clock had been ahead", async () => {
    const { clock, ledger, job } = setUp();
    judge(ledger, ROOT, "a.tif", MORNING);
    clock.time = MORNING + 40 * DAY;
    judge(ledger, ROOT, "b.tif", clock.time);
    expect((await job.catchUp()).map((file) => file.day)).toEqual(["2026-11-23"]);
    clock.time = MORNING + 3_600_000;
    judge(ledger, ROOT, "c.tif", clock.time);
    expect(await job.catchUp()).toEqual([]);
    clock.time = MORNING + DAY;
    expect(await job.catchUp()).toMatchObject([{ day: "2026-11-23", frames: 2 }]);
    expect(await job.catchUp()).toEqual([]);
    judge(ledger, ROOT, "d.tif", clock.time);
    clock.time += DAY;
    expect(await job.catchUp()).toMatchObject([{ day: "2026-11-24", frames: 1 }]);
  });

  it("goes on after a day that has left the ledger and cannot be written again", async () => {
    const { clock, ledger, job, errors } = setUp({ ledgerKeepDays: 2 });
    judge(ledger, ROOT, "a.tif", MORNING);
    clock.time = MORNING + 9 * DAY;
    await job.catchUp();
    clock.time = MORNING + 60_000;
    judge(ledger, ROOT, "b.tif", clock.time);
    clock.time = MORNING + DAY;
    judge(ledger, ROOT, "c.tif", clock.time);
    clock.time = MORNING + 2 * DAY;
    expect((await job.catchUp()).map((file) => file.day)).toEqual(["2026-11-24"]);
    expect(errors).toEqual([]);
  });

  it("has the ledger backed up after each day on which something happened, and does its other work when that fails", async () => {
    const days: string[] = [];
    const backUp = async (day: string) => {
      days.push(day);
      if (days.length === 2) throw new Error("no space");
    };
    const { clock, ledger, job, errors } = setUp({ backUp });
    judge(ledger, ROOT, "a.tif", MORNING - DAY);
    await job.catchUp();
    await job.catchUp();
    expect(days).toEqual(["2026-11-22"]);
    judge(ledger, ROOT, "b.tif", MORNING);
    clock.time += DAY;
    expect(await job.catchUp()).toHaveLength(1);
    expect([days, errors]).toEqual([
      ["2026-11-22", "2026-11-23"],
      ["the ledger was not backed up; it is tried again tomorrow"],
    ]);
    clock.time += DAY;
    await job.catchUp();
    expect(days).toHaveLength(2);
  });

  it("waits for its time of day", async () => {
    const { clock, ledger, job } = setUp();
    judge(ledger, ROOT, "a.tif", MORNING - DAY);
    clock.time = Date.UTC(2026, 10, 23, 0, 4);
    expect(await job.catchUp()).toEqual([]);
    clock.time = Date.UTC(2026, 10, 23, 0, 5);
    expect(await job.catchUp()).toHaveLength(1);
  });

  it("writes the day so far on demand, and the whole day later", async () => {
    const { clock, ledger, job } = setUp();
    judge(ledger, ROOT, "a.tif", MORNING);
    expect(await job.writeToday()).toMatchObject({ day: "2026-11-23", frames: 1 });
    judge(ledger, ROOT, "b.tif", MORNING + 3_600_000);
    clock.time += DAY;
    expect(await job.catchUp()).toMatchObject([{ day: "2026-11-23", frames: 2 }]);
  });

  it("does at the start what was missed, reports a failure, and makes up for it", async () => {
    const { ledger, folder, job, errors } = setUp();
    onTestFinished(() => job.stop());
    judge(ledger, ROOT, "a.tif", MORNING - DAY);
    const inTheWay = join(folder, "2026-11-22.sqlite");
    mkdirSync(inTheWay, { recursive: true });
    job.start();
    await job.stop();
    expect(errors).toHaveLength(1);
    expect(ledger.getMeta(LAST_DAY)).toBeUndefined();
    rmdirSync(inTheWay);
    job.start();
    await job.stop();
    expect(readdirSync(folder)).toEqual(["2026-11-22.sqlite"]);
    expect(errors).toHaveLength(1);
  });

  it("is woken by node-cron", async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 0, 4, 58), toFake: ["setTimeout", "clearTimeout", "Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const { clock, ledger, folder, job } = setUp();
    clock.time = Date.UTC(2026, 10, 23, 0, 4, 58);
    judge(ledger, ROOT, "a.tif", MORNING - DAY);
    job.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect(ledger.getMeta(LAST_DAY)).toBe("2026-11-21");
    clock.time = Date.UTC(2026, 10, 23, 0, 5);
    await vi.advanceTimersByTimeAsync(2000);
    await job.stop();
    expect(readdirSync(folder)).toEqual(["2026-11-22.sqlite"]);
  });

  it("removes what is older than keepDays, and what a killed daemon left", async () => {
    const { ledger, folder, job } = setUp({ keepDays: 3 });
    mkdirSync(folder);
    for (const name of [...OLD, "2026-11-20.sqlite", "2026-11-20.html", ".2026-11-10.html.77.tmp", "other.tmp"]) {
      writeFileSync(join(folder, name), "");
      utimesSync(join(folder, name), new Date(MORNING - 2 * DAY), new Date(MORNING - 2 * DAY));
    }
    judge(ledger, ROOT, "a.tif", MORNING - DAY);
    await job.catchUp();
    expect(readdirSync(folder).sort()).toEqual([
      "2026-11-20.html",
      "2026-11-20.sqlite",
      "2026-11-22.sqlite",
      "other.tmp",
    ]);
  });

  it("lets old stories leave the ledger after the day's log, where that is wished, and empties the write-ahead log", async () => {
    const { clock, ledger, folder, job } = setUp({ ledgerKeepDays: 2 });
    judge(ledger, ROOT, "a.tif", MORNING - 5 * DAY);
    judge(ledger, ROOT, "b.tif", MORNING - 2 * DAY);
    await job.catchUp();
    const days = () => ["a.tif", "b.tif"].map((name) => ledger.story(`${ROOT}/${name}`)[0]?.archivedDay);
    expect(days()).toEqual(["2026-11-18", null]);
    expect(statSync(`${ledger.path}-wal`).size).toBe(0);
    clock.time += DAY;
    await job.catchUp();
    expect(days()).toEqual(["2026-11-18", "2026-11-21"]);
    expect(readdirSync(folder).sort()).toEqual(["2026-11-18.sqlite", "2026-11-21.sqlite", "2026-11-23.sqlite"]);
  });

  it("takes its hourly look, whatever became of the log, and survives its failure", async () => {
    let looks = 0;
    const hourly = () => {
      looks++;
      throw new Error("no such file");
    };
    const { ledger, folder, job, errors } = setUp({ hourly });
    judge(ledger, ROOT, "a.tif", MORNING - DAY);
    mkdirSync(join(folder, "2026-11-22.sqlite"), { recursive: true });
    job.start();
    await job.stop();
    expect(looks).toBe(1);
    expect(errors).toEqual(["daily log not written; it is tried again within the hour", "the hourly look failed"]);
  });
});
