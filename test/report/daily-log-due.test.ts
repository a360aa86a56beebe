import { expect, it } from "vitest";
import { newestDueDay } from "../../src/report/daily-log-due.js";
import { expiredLogs } from "../../src/report/daily-log-tidy.js";

it.each([
  ["before the time of day", Date.UTC(2026, 10, 23, 0, 4), "2026-11-21"],
  ["at the time of day", Date.UTC(2026, 10, 23, 0, 5), "2026-11-22"],
  ["in the evening", Date.UTC(2026, 10, 23, 23, 59), "2026-11-22"],
])("the newest due day, %s", (_, now, day) => {
  expect(newestDueDay(now, "00:05", "UTC")).toBe(day);
});

it("old logs expire, other files never", () => {
  const names = ["2026-11-13.sqlite", "2026-11-14.sqlite", "2026-11-22.sqlite", "notes.txt", "x2020-01-01.sqlite"];
  expect(expiredLogs(names, "2026-11-23", 9)).toEqual(["2026-11-13.sqlite"]);
  expect(expiredLogs(names, "2026-11-23", null)).toEqual([]);
});
