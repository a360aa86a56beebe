import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backUpDaily, superfluous } from "../../../src/app/daemon/daily-backup.js";
import { silentLog } from "../../../src/log/log.js";

function setUp(...there: string[]) {
  const state = mkdtempSync(join(tmpdir(), "refocusd-backup-"));
  const folder = join(state, "backup");
  mkdirSync(folder);
  writeFileSync(join(state, "ledger.sqlite"), "0123456789");
  for (const name of there) writeFileSync(join(folder, name), "");
  const deps = {
    log: silentLog,
    freeBytes: async () => 1000,
    copy: async (_state: string, target: string) => writeFileSync(target, "copy"),
  };
  return { state, deps, names: () => readdirSync(folder).toSorted() };
}

describe("backUpDaily", () => {
  it("makes the day's copy once, removes the oldest, and leaves other files alone", async () => {
    const own = ["ledger-daily-2026-11-20.sqlite", "ledger-daily-2026-11-21.sqlite"];
    const { state, deps, names } = setUp(
      ...own,
      "ledger-20260101-000000.sqlite",
      ".ledger-daily-2026-11-22.sqlite.7.tmp",
    );
    const options = { state, keep: 2, minFreeBytes: 100 };
    await backUpDaily("2026-11-22", options, deps);
    const after = ["ledger-20260101-000000.sqlite", own[1], "ledger-daily-2026-11-22.sqlite"];
    expect(names()).toEqual(after);
    const copy = () => Promise.reject(new Error("it is there already"));
    await backUpDaily("2026-11-22", options, { ...deps, copy });
    expect(names()).toEqual(after);
  });

  it("makes none where it would use up the space, and removes none then", async () => {
    const { state, deps, names } = setUp("ledger-daily-2026-11-20.sqlite", "ledger-daily-2026-11-21.sqlite");
    const options = { state, keep: 1, minFreeBytes: 995 };
    await expect(backUpDaily("2026-11-22", options, deps)).rejects.toMatchObject({ code: "RF_DISK_LOW" });
    expect(names()).toHaveLength(2);
  });

  it("makes none, and removes none, when none are wanted", async () => {
    const { state, deps, names } = setUp("ledger-daily-2026-11-20.sqlite");
    await backUpDaily("2026-11-22", { state, keep: 0, minFreeBytes: 0 }, deps);
    expect(names()).toEqual(["ledger-daily-2026-11-20.sqlite"]);
  });
});

it("superfluous: the oldest, by their names", () => {
  const names = [3, 1, 2].map((day) => `ledger-daily-2026-11-0${day}.sqlite`);
  expect(superfluous(names, 2)).toEqual(["ledger-daily-2026-11-01.sqlite"]);
  expect(superfluous(names, 5)).toEqual([]);
});
