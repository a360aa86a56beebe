import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeDailyLog } from "../../src/report/daily-log.js";
import { PEOPLE_VIEWS } from "../../src/report/daily-log-people.js";
import { handClock, openTestLedger, ROOT, temporaryFolder } from "../ledger/support.js";
import { judgeAt } from "./support.js";

const NOON = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;

/** A day with two positions, one frame of the day before in the queue, one that was set aside, and one left from the day before. */
async function openDay() {
  const ledger = openTestLedger({ clock: handClock(NOON) });
  ledger.startRun({ version: "0.1.0", configSha256: "f".repeat(64), host: "scope", engine: null });
  judgeAt(ledger, "xy1", 1, NOON - DAY);
  judgeAt(ledger, "xy10", 1, NOON);
  judgeAt(ledger, "xy2", 1, NOON + 60_000, true, 0.98765);
  judgeAt(ledger, "xy2", 2, NOON + 3_700_000);
  ledger.rejected(ROOT, `${ROOT}/cut.tif`, { size: 9, mtimeMs: 1, ctimeMs: 1 }, "RF_INCOMPLETE", "strip 2", NOON);
  ledger.seen(ROOT, `${ROOT}/growing.tif`, NOON);
  // Something happens to yesterday's frame: it is in the file, but it is not one of today's frames.
  const path = `${ROOT}/run_xy1_1.tif`;
  ledger.event("restat", ledger.story(path)[0]!.id, null, NOON);
  const options = { ledgerPath: ledger.path, day: "2026-11-23", folder: temporaryFolder(), timeZone: "UTC" };
  const { path: file } = await writeDailyLog({ ...options, clock: handClock(NOON + DAY) });
  const db = new BetterSqlite3(file, { readonly: true });
  onTestFinished(() => void db.close());
  return <Row>(sql: string) => db.prepare(sql).all() as Row[];
}

describe("the views for people", () => {
  it("count a frame on the day on which it came to its end, and open ones", async () => {
    const all = await openDay();
    expect(all("SELECT count(*) AS n FROM frames")).toEqual([{ n: 6 }]);
    expect(all("SELECT file, place, time_index, state, verdict FROM today ORDER BY file")).toEqual([
      { file: "cut.tif", place: null, time_index: null, state: "quarantined", verdict: null },
      { file: "growing.tif", place: null, time_index: null, state: "seen", verdict: null },
      { file: "run_xy10_1.tif", place: "run xy10", time_index: 1, state: "done", verdict: "focused" },
      { file: "run_xy2_1.tif", place: "run xy2", time_index: 1, state: "done", verdict: "defocused" },
      { file: "run_xy2_2.tif", place: "run xy2", time_index: 2, state: "done", verdict: "focused" },
    ]);
  });

  it("tell what the power spectrum says beside P(defocused), empty where it was not asked", async () => {
    const all = await openDay();
    expect(all("SELECT p_defocused, p_spectrum FROM defocused")).toEqual([{ p_defocused: 0.97, p_spectrum: 0.988 }]);
    expect(all("SELECT file, p_spectrum FROM today WHERE state = 'done' ORDER BY file LIMIT 2")).toEqual([
      { file: "run_xy10_1.tif", p_spectrum: null },
      { file: "run_xy2_1.tif", p_spectrum: 0.988 },
    ]);
    expect(all("SELECT meaning, unit FROM dictionary WHERE relation = 'today' AND column = 'p_spectrum'")).toEqual([
      { meaning: expect.stringContaining("power spectrum"), unit: "0 to 1" },
    ]);
    expect(all("SELECT p_spectrum FROM v_reconstructions")).toEqual([{ p_spectrum: 0.988 }]);
  });

  it("tell how far out of focus a frame was, empty where no model told it", async () => {
    const all = await openDay();
    const distance = { distance_dof: 2.13, distance_low_dof: 1.8, distance_high_dof: 2.4 };
    const columns = "distance_dof, distance_low_dof, distance_high_dof";
    expect(all(`SELECT ${columns}, distance_um FROM defocused`)).toEqual([{ ...distance, distance_um: null }]);
    expect(all("SELECT distance_dof FROM today WHERE file = 'run_xy10_1.tif'")).toEqual([{ distance_dof: null }]);
    expect(all(`SELECT ${columns} FROM v_reconstructions`)).toEqual([distance]);
    expect(
      all("SELECT unit FROM dictionary WHERE relation = 'today' AND column LIKE 'distance_%' ORDER BY column"),
    ).toEqual([{ unit: "DOF units" }, { unit: "DOF units" }, { unit: "DOF units" }, { unit: "µm" }]);
  });

  it("tell positions in the order in which people count", async () => {
    const all = await openDay();
    expect(
      all("SELECT place, frames, defocused, reconstructed, defocused_percent, problems, pending FROM by_position"),
    ).toEqual([
      { place: null, frames: 2, defocused: 0, reconstructed: 0, defocused_percent: null, problems: 1, pending: 1 },
      { place: "run xy2", frames: 2, defocused: 1, reconstructed: 1, defocused_percent: 50, problems: 0, pending: 0 },
      { place: "run xy10", frames: 1, defocused: 0, reconstructed: 0, defocused_percent: 0, problems: 0, pending: 0 },
    ]);
  });

  it("tell what was out of focus, what went wrong with what to do, and the hours with their pauses", async () => {
    const all = await openDay();
    expect(all("SELECT place, reconstruction FROM defocused")).toEqual([
      { place: "run xy2", reconstruction: "/out/xy2_1.tif" },
    ]);
    expect(all("SELECT error_code, file, what, error_detail FROM problems")).toEqual([
      {
        error_code: "RF_INCOMPLETE",
        file: "cut.tif",
        what: "the file stopped growing before it was complete",
        error_detail: "strip 2",
      },
    ]);
    expect(all("SELECT frames, longest_pause_s FROM timeline")).toEqual([
      { frames: 4, longest_pause_s: 60 },
      { frames: 1, longest_pause_s: 3640 },
    ]);
    const summary = all<{ what: string; value: unknown }>("SELECT * FROM summary");
    const value = (what: string) => summary.find((row) => row.what === what)?.value;
    expect([value("day"), value("frames"), value("positions"), value("defocused"), value("still open")]).toEqual([
      ...["2026-11-23", 5, 2, 1, 1],
    ]);
  });

  it("are explained: each in its own text, each column in the dictionary", async () => {
    const all = await openDay();
    for (const view of PEOPLE_VIEWS) {
      const [row] = all<{ sql: string }>(`SELECT sql FROM sqlite_schema WHERE name = '${view}'`);
      expect(row!.sql, view).toMatch(/AS\n-- [A-Z]/);
    }
    const views = all("SELECT relation || '.' || column AS lacks FROM dictionary WHERE meaning IS NULL ORDER BY 1");
    expect(views).toEqual([]);
  });
});
