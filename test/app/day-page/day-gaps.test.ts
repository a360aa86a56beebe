import { expect, it, onTestFinished } from "vitest";
import { dayGaps } from "../../../src/app/day-page/day-gaps.js";
import { writeDailyLog } from "../../../src/report/daily-log.js";
import { openDayFile } from "../../../src/report/page/day-file.js";
import { handClock, openTestLedger, temporaryFolder } from "../../ledger/support.js";
import { judgeAt } from "../../report/support.js";

const NOON = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
const RULES = {
  reconstructionOf: ["defocused"],
  placeholder: false,
  intervalMs: null,
  intervalTolerance: 0.5,
} as const;

it("tells the gaps of the day, with what became missing since the day before, and not those of other days", async () => {
  const ledger = openTestLedger({ clock: handClock(NOON) });
  // Time point 2 was missed the day before, 5 between the days, 8 on the day, 11 on the next one.
  for (const time of [1, 3, 4]) judgeAt(ledger, "xy1", time, NOON - DAY + time * 1000);
  for (const time of [6, 7, 9]) judgeAt(ledger, "xy1", time, NOON + time * 1000);
  for (const time of [10, 12]) judgeAt(ledger, "xy1", time, NOON + DAY + time * 1000);
  for (const time of [1, 2]) judgeAt(ledger, "xy2", time, NOON + time * 1000);
  const folder = temporaryFolder();
  const options = { ledgerPath: ledger.path, day: "2026-11-23", folder, clock: handClock(NOON + DAY), timeZone: "UTC" };
  const file = openDayFile((await writeDailyLog(options)).path);
  onTestFinished(() => file.close());
  expect(dayGaps(file, ledger, RULES)).toEqual([
    { place: "run xy1", plane: "", missing: 2, lines: ["t5 is missing", "t8 is missing"] },
  ]);
});
