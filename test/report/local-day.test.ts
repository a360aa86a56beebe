import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, dayAt, dayRange, isDay, timeOfDayAt } from "../../src/report/local-day.js";

const HOUR = 3_600_000;
const hours = (day: string, zone: string) => {
  const { startMs, endMs } = dayRange(day, zone);
  return (endMs - startMs) / HOUR;
};

describe("dayRange", () => {
  it.each([
    ["2026-11-23", "UTC", 24],
    ["2026-03-29", "Europe/Berlin", 23],
    ["2026-10-25", "Europe/Berlin", 25],
    ["2026-03-08", "America/New_York", 23],
    ["2026-11-01", "America/New_York", 25],
    ["2026-10-04", "Australia/Lord_Howe", 23.5],
    ["2026-11-23", "Asia/Kolkata", 24],
    ["2011-12-30", "Pacific/Apia", 0],
  ])("%s in %s has %s hours", (day, zone, expected) => {
    expect(hours(day, zone)).toBe(expected);
  });

  it("begins with the first moment of the day", () => {
    expect(dayRange("2026-10-25", "Europe/Berlin").startMs).toBe(Date.UTC(2026, 9, 24, 22));
    expect(dayRange("2026-10-25", "Europe/Berlin").endMs).toBe(Date.UTC(2026, 9, 25, 23));
    // The clocks went from 00:00 to 01:00: there was no midnight.
    expect(dayRange("2018-11-04", "America/Sao_Paulo").startMs).toBe(Date.UTC(2018, 10, 4, 3));
  });

  it("puts each moment into exactly one day", () => {
    const zones = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu"];
    const moment = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) });
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), (ms, zone) => {
        const { startMs, endMs } = dayRange(dayAt(ms, zone), zone);
        expect(startMs <= ms && ms < endMs).toBe(true);
        expect(dayRange(addDays(dayAt(ms, zone), 1), zone).startMs).toBe(endMs);
      }),
      { numRuns: 50 },
    );
  });

  it("agrees with the clock of a machine in that zone", () => {
    const script = "console.log(new Date(2026, 9, 25).getTime(), new Date(2026, 9, 26).getTime())";
    const env = { ...process.env, TZ: "Europe/Berlin" };
    const printed = execFileSync(process.execPath, ["-e", script], { env, encoding: "utf8" });
    const { startMs, endMs } = dayRange("2026-10-25", "Europe/Berlin");
    expect(printed.trim()).toBe(`${startMs} ${endMs}`);
  });
});

describe("days", () => {
  it("are told from other text", () => {
    expect(["2026-11-23", "2026-02-29", "2024-02-29", "26-1-1", "today", ""].map(isDay)).toEqual([
      ...[true, false, true, false, false, false],
    ]);
  });

  it("are counted by the calendar", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
  });

  it("have a time of day", () => {
    expect(timeOfDayAt(Date.UTC(2026, 6, 1, 22, 5), "Europe/Berlin")).toBe("00:05");
    expect(dayAt(Date.UTC(2026, 6, 1, 22, 5), "Europe/Berlin")).toBe("2026-07-02");
  });
});
