import { describe, expect, test } from "vitest";
import { isRunning, parseProperties, serviceText } from "../../../src/service/install/service-state.js";

const running = parseProperties(`LoadState=loaded
UnitFileState=enabled
ActiveState=active
SubState=running
Result=success
MainPID=815
NRestarts=0
StatusText=watching 2 folders; a=b
ActiveEnterTimestamp=Tue 2026-11-24 06:00:00 UTC
`);

test("reads what systemctl shows, whatever is in a value", () => {
  expect(running).toMatchObject({ MainPID: "815", StatusText: "watching 2 folders; a=b" });
});

describe("in words", () => {
  test("a service that is not there", () => {
    expect(serviceText({ LoadState: "not-found" })).toMatch(/^refocusd is not installed as a service/);
    expect(isRunning({ LoadState: "not-found" })).toBe(false);
  });

  test("one that runs", () => {
    expect(serviceText(running)).toBe(
      [
        "refocusd is installed as a service.",
        "It starts with the computer.",
        "It has been running since Tue 2026-11-24 06:00:00 UTC (process 815).",
        "It says: watching 2 folders; a=b",
        "",
      ].join("\n"),
    );
    expect(isRunning(running)).toBe(true);
    expect(isRunning({ ...running, ActiveState: "reloading" })).toBe(true);
  });

  test("one that was installed and never started", () => {
    const text = serviceText({
      LoadState: "loaded",
      UnitFileState: "disabled",
      ActiveState: "inactive",
      StatusText: "",
    });
    expect(text).toMatch(/does not start with the computer.*\nIt is not running/);
    expect(text).not.toMatch(/It says/);
  });

  test("one that systemd had to start again", () => {
    expect(serviceText({ ...running, NRestarts: "1" })).toMatch(/started it again once after it failed/);
    const waiting = {
      ...running,
      ActiveState: "activating",
      SubState: "auto-restart",
      Result: "watchdog",
      NRestarts: "7",
    };
    expect(serviceText(waiting)).toMatch(
      /made no progress and was stopped by systemd's watchdog; systemd starts it again/,
    );
    expect(serviceText(waiting)).toMatch(/7 times/);
    expect(isRunning(waiting)).toBe(false);
  });

  test.each([
    ["exit-code", "ended with code 3"],
    ["signal", "was killed by signal 9"],
    ["oom-kill", "memory ran out"],
    ["timeout", "took too long"],
    ["resources", "failed (resources)"],
  ])("one that failed: %s", (Result, words) => {
    const ExecMainStatus = Result === "signal" ? "9" : "3";
    expect(serviceText({ ...running, ActiveState: "failed", Result, ExecMainStatus })).toContain(words);
  });

  test("a unit that has changed on disk", () => {
    expect(serviceText({ ...running, NeedDaemonReload: "yes" })).toMatch(/systemctl daemon-reload/);
  });
});
