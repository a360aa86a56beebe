import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportDay, reportText } from "../../src/app/report.js";
import { loadConfig } from "../../src/config/load.js";
import { ARCHIVED_THROUGH } from "../../src/report/daily-log.js";
import { dayAt, localTimeZone } from "../../src/report/local-day.js";
import { handClock, openTestLedger, temporaryFolder } from "../ledger/support.js";
import { judgeAt } from "../report/support.js";

const NOON = Date.UTC(2026, 10, 23, 12);
const TODAY = dayAt(NOON, localTimeZone());

async function setUp() {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "state"));
  writeFileSync(join(folder, "c.yaml"), "state: state\nwatch: [{ path: in, output: out }]\n");
  const ledger = openTestLedger({ clock: handClock(NOON), path: join(folder, "state", "ledger.sqlite") });
  judgeAt(ledger, "xy1", 1, NOON - 10_000);
  judgeAt(ledger, "xy1", 3, NOON - 5000, true);
  return { ledger, config: await loadConfig(join(folder, "c.yaml")), clock: handClock(NOON) };
}

describe("the report of a day", () => {
  it("is today's, so far, if no day is named; log and page are made", async () => {
    const { config, clock } = await setUp();
    const report = await reportDay(undefined, config, clock);
    expect(report).toMatchObject({
      day: TODAY,
      positions: 1,
      missing: 1,
      totals: { frames: 2, defocused: 1, repaired: 1 },
    });
    expect([existsSync(report.log), existsSync(report.page)]).toEqual([true, true]);
    expect(reportText(report)).toBe(
      `${TODAY}: 2 frames from 1 position. 1 was out of focus, and it was reconstructed. 1 time point is missing.\n` +
        `From complete to judged: 1 s (median), 1 s (95 %).\n  page   ${report.page}\n  log    ${report.log}\n`,
    );
  });

  it("is made anew from the daily log where the day has left the ledger", async () => {
    const { ledger, config, clock } = await setUp();
    const first = await reportDay(TODAY, config, clock);
    ledger.setMeta(ARCHIVED_THROUGH, TODAY);
    judgeAt(ledger, "xy1", 4, NOON - 1000);
    expect(await reportDay(TODAY, config, clock)).toMatchObject({ log: first.log, totals: { frames: 2 } });
    await expect(reportDay("2026-11-01", config, clock)).rejects.toThrow("RF_LEDGER_ARCHIVED");
    await expect(reportDay("yesterday", config, clock)).rejects.toThrow("RF_USAGE");
  });
});
