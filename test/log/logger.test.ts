import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { silentLog } from "../../src/log/log.js";
import { expiredLogFiles } from "../../src/log/log-files.js";
import { createLogger, type LoggerOptions } from "../../src/log/logger.js";
import type { Clock } from "../../src/system/clock.js";

let folder: string;
let monotonic = 0;
const clock: Clock = { now: () => 1_700_000_000_000, monotonic: () => monotonic, sleep: async () => {} };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "refocusd-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function capture() {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, lines: () => text.split("\n").filter((line) => line !== "") };
}

function open(over: Partial<LoggerOptions> = {}) {
  const { stream, lines } = capture();
  const files = { directory: join(folder, "log"), keepDays: 30, maxMegabytes: 1 };
  const options = { level: "info", files, ...over } as const;
  const log = createLogger(options, { clock, console: stream, style: { kind: "human", colour: false } });
  return { log, lines };
}

function fileLines(directory = join(folder, "log")): Record<string, unknown>[] {
  return readdirSync(directory).flatMap((name) =>
    readFileSync(join(directory, name), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
}

describe("a logger", () => {
  test("writes people's lines to the console and JSON lines to a file, all of them by the time it is closed", async () => {
    const { log, lines } = open();
    for (let n = 0; n < 5000; n++) log.info("judged", { n });
    await log.close();
    expect(lines()).toHaveLength(5000);
    expect(lines()[4999]).toMatch(/ info {2}judged n=4999$/);
    expect(fileLines()).toHaveLength(5000);
    expect(fileLines()[4999]).toEqual({ time: "2023-11-14T22:13:20.000Z", level: "info", message: "judged", n: 4999 });
  });

  test("goes on in a new file when one is full", async () => {
    const { log } = open();
    for (let n = 0; n < 3; n++) log.info("long", { text: "x".repeat(700_000) });
    await log.close();
    expect(readdirSync(join(folder, "log")).sort()).toEqual([
      expect.stringMatching(/^refocusd-\d{4}-\d\d-\d\d\.log$/),
      expect.stringMatching(/^refocusd-\d{4}-\d\d-\d\d\.log\.1$/),
    ]);
    expect(fileLines()).toHaveLength(3);
  });

  test("goes on in a new file on a new day", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date(2026, 10, 23, 23, 59, 59) });
    const { log } = open();
    log.info("evening");
    vi.setSystemTime(new Date(2026, 10, 24, 0, 0, 1));
    log.info("morning");
    vi.useRealTimers();
    await log.close();
    const names = readdirSync(join(folder, "log")).sort();
    expect(names).toEqual(["refocusd-2026-11-23.log", "refocusd-2026-11-24.log"]);
  });

  test("appends to the file of the day after a restart", async () => {
    for (const message of ["first", "second"]) {
      const { log } = open();
      log.info(message);
      await log.close();
    }
    expect(fileLines().map((line) => line.message)).toEqual(["first", "second"]);
  });

  test("says only what its level lets through, and the level can change", async () => {
    const { log, lines } = open({ files: null });
    log.debug("one");
    log.setLevel("debug");
    log.debug("two");
    log.setLevel("error");
    log.warn("three");
    log.error("four");
    await log.close();
    expect(lines().map((line) => line.split(" ").at(-1))).toEqual(["two", "four"]);
  });

  test("adds a child's fields to each of its messages", async () => {
    const { log, lines } = open({ files: null });
    log.child({ room: "watch" }).child({ root: "/data" }).info("started", { files: 3 });
    await log.close();
    expect(lines()[0]).toMatch(/started room=watch root=\/data files=3$/);
  });

  test("lets go of log files that are too old, and of nothing else", async () => {
    const { log } = open();
    await log.close();
    const names = ["refocusd-2020-01-01.log", "refocusd-2020-01-01.log.3", "2020-01-01.sqlite"];
    for (const name of names) writeFileSync(join(folder, "log", name), "{}\n");
    await open().log.close();
    expect(readdirSync(join(folder, "log"))).toHaveLength(2);
    expect(readdirSync(join(folder, "log"))).toContain("2020-01-01.sqlite");
  });

  test("refuses a folder that it cannot write", () => {
    writeFileSync(join(folder, "file"), "");
    const files = { directory: join(folder, "file", "log"), keepDays: 1, maxMegabytes: 1 };
    expect(() => open({ files })).toThrow(/RF_STATE_UNWRITABLE/);
  });

  test("survives a full disk, says so once, and writes files again when there is space", async () => {
    const directory = join(folder, "log");
    await open().log.close();
    const [name] = readdirSync(directory);
    rmSync(join(directory, name!));
    symlinkSync("/dev/full", join(directory, name!));

    const { log, lines } = open();
    log.info("lost to the file");
    await expect.poll(lines).toContainEqual(expect.stringContaining("ENOSPC"));
    log.info("too early");
    rmSync(join(directory, name!));
    monotonic += 10_000;
    log.info("back again");
    await log.close();
    expect(lines().filter((line) => line.includes("ENOSPC"))).toHaveLength(1);
    expect(lines()).toHaveLength(4);
    expect(fileLines().map((line) => line.message)).toEqual(["back again"]);
  });

  test("outlives its console", async () => {
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) });
    const files = { directory: join(folder, "log"), keepDays: 1, maxMegabytes: 1 };
    const style = { kind: "human", colour: false } as const;
    const log = createLogger({ level: "info", files }, { clock, console: broken, style });
    log.info("one");
    await new Promise((resolve) => setImmediate(resolve));
    log.info("two");
    await log.close();
    expect(fileLines().map((line) => line.message)).toEqual(["one", "two"]);
  });
});

test("log files expire by the day in their name", () => {
  const names = ["refocusd-2026-11-21.log", "refocusd-2026-11-22.log.2", "refocusd-2026-11-23.log", "notes.txt"];
  expect(expiredLogFiles(names, "refocusd-2026-11-23.log", 1)).toEqual(["refocusd-2026-11-21.log"]);
  expect(expiredLogFiles(names, "something else", 1)).toEqual([]);
});

test("the silent log has silent children", () => {
  expect(silentLog.child({ a: 1 })).toBe(silentLog);
  expect(silentLog.info("nothing")).toBeUndefined();
});
