import { describe, expect, test } from "vitest";
import { RefocusdError } from "../../src/errors/refocusd-error.js";
import type { LogEntry } from "../../src/log/entry.js";
import { humanLine, journalLine, jsonLine } from "../../src/log/format.js";

const time = new Date(2026, 10, 23, 14, 3, 5, 7).getTime();
const entry = (over: Partial<LogEntry> = {}): LogEntry => ({
  time,
  level: "info",
  message: "judged",
  fields: {},
  ...over,
});
const human = (over: Partial<LogEntry>) => humanLine(entry(over), { colour: false });

describe("human lines", () => {
  test("tell local time, level, message and fields", () => {
    const fields = { path: "/data/a.tif", pDefocused: 0.25, sure: true, note: undefined, map: [[1, 2]] };
    expect(human({ fields })).toBe(
      "2026-11-23 14:03:05.007 info  judged path=/data/a.tif pDefocused=0.25 sure=true map=[[1,2]]",
    );
  });

  test("quote what would not be one word", () => {
    expect(human({ fields: { path: "/data/run 1/a.tif", empty: "", sign: "a=b" } })).toContain(
      'path="/data/run 1/a.tif" empty="" sign="a=b"',
    );
  });

  test("are coloured only on request", () => {
    expect(humanLine(entry({ level: "error" }), { colour: true })).toContain("\u001b[31merror\u001b[0m judged");
    expect(human({ level: "error" })).not.toContain("\u001b");
  });

  test("tell an error of ours as code, what and what to do", () => {
    const error = new RefocusdError("RF_DISK_FULL", "/data/out");
    expect(human({ level: "error", fields: { error } })).toMatch(
      /judged error=RF_DISK_FULL what="there is no space left on the disk \(\/data\/out\)" todo="Free some space; work goes on by itself."$/,
    );
  });

  test("tell any other error by name and message", () => {
    expect(human({ fields: { error: new TypeError("x is not a function") } })).toContain(
      'error="TypeError: x is not a function"',
    );
  });

  test("stay one line and harmless to the terminal whatever a file is called", () => {
    const line = human({ message: "saw\nit", fields: { path: "/data/a\n2026 error forged\u001b[2J\u009b2J.tif" } });
    expect(line).not.toMatch(/[\p{Cc}]/u);
    expect(line).toContain("saw\\u000ait");
    expect(line).toContain("\\u009b2J");
  });
});

test("journal lines begin with the priority and have no time", () => {
  const line = (level: LogEntry["level"]) => journalLine(entry({ level, fields: { n: 1 } }));
  expect([line("error"), line("warn"), line("info"), line("debug")]).toEqual([
    "<3>judged n=1",
    "<4>judged n=1",
    "<6>judged n=1",
    "<7>judged n=1",
  ]);
});

describe("JSON lines", () => {
  const parsed = (fields: LogEntry["fields"]) => JSON.parse(jsonLine(entry({ fields }))) as Record<string, unknown>;

  test("hold time in UTC, level, message and the fields as they are", () => {
    expect(parsed({ path: "/a b.tif", n: 2 })).toEqual({
      time: new Date(time).toISOString(),
      level: "info",
      message: "judged",
      path: "/a b.tif",
      n: 2,
    });
  });

  test("keep a field whose name is taken", () => {
    expect(parsed({ level: 3, message: "other" })).toMatchObject({ level: "info", level_: 3, message_: "other" });
  });

  test("tell everything about an error, its cause too", () => {
    const cause = Object.assign(new Error("no such file"), { code: "ENOENT" });
    const error = new RefocusdError("RF_UNREADABLE", "/data/a.tif", { cause });
    expect(parsed({ error }).error).toMatchObject({
      code: "RF_UNREADABLE",
      what: "the file cannot be opened for reading",
      detail: "/data/a.tif",
      retryable: true,
      cause: { name: "Error", code: "ENOENT", message: "no such file" },
      stack: expect.stringContaining("format.test"),
    });
  });

  test("survive values that JSON has no way to write", () => {
    const loop: Record<string, unknown> = { n: 1n, not: Number.NaN, bytes: new Uint8Array(3), when: new Date(0) };
    loop.self = loop;
    expect(parsed({ loop, set: new Set([1]), map: new Map([["a", 1]]) })).toMatchObject({
      loop: { n: "1", not: "NaN", bytes: "[3 bytes]", when: "1970-01-01T00:00:00.000Z", self: "[circular]" },
      set: [1],
      map: { a: 1 },
    });
  });
});
