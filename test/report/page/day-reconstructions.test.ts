import { copyFileSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { writeDailyLog } from "../../../src/report/daily-log.js";
import { openDayFile } from "../../../src/report/page/day-file.js";
import { dayReconstructions } from "../../../src/report/page/day-reconstructions.js";
import { reconstructionFigure } from "../../../src/report/page/reconstruction-section.js";
import { handClock, openTestLedger, temporaryFolder } from "../../ledger/support.js";
import { judgeAt } from "../support.js";

const NOON = Date.UTC(2026, 10, 23, 12);

async function dayPath(pSpectrum: number | null) {
  const ledger = openTestLedger({ clock: handClock(NOON) });
  ledger.startRun({ version: "0.1.0", configSha256: "f".repeat(64), host: "scope", engine: null });
  judgeAt(ledger, "xy2", 1, NOON, true, pSpectrum);
  const options = { ledgerPath: ledger.path, day: "2026-11-23", folder: temporaryFolder(), timeZone: "UTC" };
  return (await writeDailyLog({ ...options, clock: handClock(NOON + 86_400_000) })).path;
}

function shownIn(path: string) {
  const file = openDayFile(path);
  onTestFinished(() => file.close());
  return dayReconstructions(file, 10).shown[0]!;
}

it("tells how far out of focus a frame was, where a model told it", async () => {
  const shown = shownIn(await dayPath(0.98));
  expect(shown.distance).toBe("out of focus by about 2.1 DOF units (1.8 to 2.4)");
  const figure = reconstructionFigure(shown, { kind: "none", why: "no file" }, {});
  expect(figure.text).toContain("out of focus by about 2.1 DOF units");
  expect(shownIn(await dayPath(null)).distance).toBeNull();
});

it("reads files of schema 7, which have no such columns", async () => {
  const old = join(temporaryFolder(), "old.sqlite");
  copyFileSync(await dayPath(0.98), old);
  const db = new BetterSqlite3(old);
  const made = "SELECT type, name FROM sqlite_schema WHERE type IN ('view', 'trigger')";
  for (const { type, name } of db.prepare(made).all() as { type: string; name: string }[])
    db.exec(`DROP ${type} "${name}"`);
  for (const column of ["distance_low_dof", "distance_high_dof", "distance_dof"])
    db.exec(`ALTER TABLE frames DROP COLUMN ${column}`);
  db.close();
  expect(shownIn(old)).toMatchObject({ distance: null, verdict: "defocused" });
});
