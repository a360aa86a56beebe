import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { silentLog } from "../../src/log/log.js";
import { ARCHIVED_THROUGH, writeDailyLog } from "../../src/report/daily-log.js";
import { dailyLogLacks } from "../../src/report/daily-log-verify.js";
import { letOldStoriesLeave } from "../../src/report/retention.js";
import { handClock, openTestLedger, ROOT, settledSource, temporaryFolder } from "../ledger/support.js";
import { judge } from "./support.js";

const DAY = 86_400_000;
const NOON = Date.UTC(2026, 10, 23, 12);
const path = (name: string) => `${ROOT}/${name}`;

/** Frames of 5, 3 and 1 days ago, whose daily files are there. */
async function setUp() {
  const clock = handClock(NOON);
  const ledger = openTestLedger({ clock });
  const folder = temporaryFolder();
  const told: string[] = [];
  const log = {
    ...silentLog,
    warn: (message: string) => void told.push(`warn ${message}`),
    error: (message: string) => void told.push(`error ${message}`),
  };
  const write = (day: string) => writeDailyLog({ ledgerPath: ledger.path, day, folder, clock, timeZone: "UTC" });
  judge(ledger, ROOT, "a.tif", NOON - 5 * DAY, true);
  judge(ledger, ROOT, "b.tif", NOON - 3 * DAY);
  judge(ledger, ROOT, "c.tif", NOON - DAY);
  for (const day of ["2026-11-18", "2026-11-20", "2026-11-22"]) await write(day);
  const retain = (keepDays: number) =>
    letOldStoriesLeave({ folder, keepDays, timeZone: "UTC" }, { ledger, clock, log, write });
  const archived = () =>
    ledger
      .select<{ path: string; day: string }>("SELECT path, archived_day AS day FROM frames WHERE archived_day NOT NULL")
      .map((row) => `${row.path.slice(ROOT.length + 1)} ${row.day}`);
  const idOf = (name: string) => ledger.story(path(name))[0]!.id;
  return {
    clock,
    ledger,
    folder,
    told,
    retain,
    write,
    archived,
    idOf,
    file: (day: string) => join(folder, `${day}.sqlite`),
  };
}

describe("letOldStoriesLeave", () => {
  it("lets go of what is older and held by its daily file, which is not touched", async () => {
    const { ledger, retain, archived, file, told } = await setUp();
    const before = readFileSync(file("2026-11-18"));
    expect(await retain(3)).toBe(1);
    expect(archived()).toEqual(["a.tif 2026-11-18"]);
    expect(ledger.story(path("a.tif"))[0]).toMatchObject({ events: [], focusMap: null, verdict: "defocused" });
    expect(ledger.story(path("b.tif"))[0]?.events).toHaveLength(4);
    expect(readFileSync(file("2026-11-18"))).toEqual(before);
    const daily = new BetterSqlite3(file("2026-11-18"), { readonly: true });
    expect(daily.prepare("SELECT count(*) FROM events").pluck().get()).toBe(4);
    daily.close();
    expect(told).toEqual([]);
    // The event that tells of it is the ledger's own.
    expect(ledger.select("SELECT kind, detail_json ->> 'day' AS day FROM events WHERE frame_id IS NULL")).toEqual([
      { kind: "stories-left", day: "2026-11-18" },
    ]);
    expect(await retain(3)).toBe(0);
  });

  it("keeps the day at the border, and everything younger", async () => {
    const { retain, archived } = await setUp();
    expect(await retain(5)).toBe(0); // 18 November is exactly five days ago
    expect(await retain(1)).toBe(2);
    expect(archived()).toEqual(["a.tif 2026-11-18", "b.tif 2026-11-20"]);
  });

  it("knows the file for ever: nothing is worked on again", async () => {
    const { ledger, retain } = await setUp();
    await retain(1);
    expect(ledger.known(path("a.tif"))).toBeDefined();
    ledger.seen(ROOT, path("a.tif"), NOON);
    ledger.settled(ROOT, settledSource(path("a.tif"), { mtimeMs: 7, settledAtMs: NOON }), undefined);
    expect(ledger.takeReady(NOON + DAY, 5)).toEqual([]);
    expect(ledger.counts()).toMatchObject({ frames: 3, byState: { done: 3 } });
  });

  it("leaves a story that went on later to the file of that day", async () => {
    const { ledger, retain, archived } = await setUp();
    ledger.settled(ROOT, settledSource(path("a.tif"), { mtimeMs: 7, settledAtMs: NOON - 3 * DAY + 5 }), undefined);
    expect(await retain(1)).toBe(2);
    expect(archived()).toEqual(["a.tif 2026-11-20", "b.tif 2026-11-20"]);
  });

  it.each([
    ["missing", (file: string) => rmSync(file)],
    ["cut off", (file: string) => truncateSync(file, 20_000)],
    ["something else", (file: string) => writeFileSync(file, "text ".repeat(2000))],
    [
      "short of an event",
      (file: string) => {
        const db = new BetterSqlite3(file);
        db.exec("DROP TRIGGER events_no_delete; DELETE FROM events WHERE kind = 'started'");
        db.close();
      },
    ],
    [
      "of another word",
      (file: string) => {
        const db = new BetterSqlite3(file);
        db.exec("DROP TRIGGER events_no_update; UPDATE events SET detail_json = '{}' WHERE kind = 'finished'");
        db.close();
      },
    ],
  ] as const)("writes a daily file anew that is %s, and only then lets go", async (_, spoil) => {
    const { ledger, retain, archived, file, told, idOf } = await setUp();
    spoil(file("2026-11-18"));
    expect(await dailyLogLacks(file("2026-11-18"), ledger.path, [idOf("a.tif")])).toMatch(/^it|^\d/);
    expect(await retain(3)).toBe(1);
    expect(archived()).toEqual(["a.tif 2026-11-18"]);
    expect(told).toEqual(["warn a daily log has to be written anew before its day may leave the ledger"]);
    const daily = new BetterSqlite3(file("2026-11-18"), { readonly: true });
    expect(daily.prepare("SELECT count(*) FROM events").pluck().get()).toBe(4);
    daily.close();
  });

  it("keeps a day whose file cannot be written, and goes on with the next", async () => {
    const { ledger, retain, archived, file, folder, told } = await setUp();
    rmSync(file("2026-11-18"));
    mkdirSync(file("2026-11-18"));
    expect(await retain(1)).toBe(1);
    expect(archived()).toEqual(["b.tif 2026-11-20"]);
    expect(told.at(-1)).toBe("error a day stays in the ledger, since its daily log does not hold it");
    expect(ledger.story(path("a.tif"))[0]?.events).toHaveLength(4);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("never writes over a file that alone holds what has left", async () => {
    const { clock, ledger, folder, retain, archived, file, told } = await setUp();
    // Set aside on the same day as a.tif, and overwritten only after that day had left: its turn comes late.
    ledger.settled(ROOT, settledSource(path("late.tif"), { settledAtMs: NOON - 5 * DAY }), undefined);
    const [job] = ledger.takeReady(NOON - 5 * DAY, 1);
    ledger.failed(job!.id, { code: "RF_DECODE_FAILED", detail: "" }, { kind: "quarantine" }, NOON - 5 * DAY);
    expect(await retain(3)).toBe(1);
    ledger.settled(ROOT, settledSource(path("late.tif"), { sha256: "b".repeat(64), settledAtMs: NOON }), undefined);
    const before = readFileSync(file("2026-11-18"));
    expect(await retain(3)).toBe(0);
    expect(told).toEqual(["error a day stays in the ledger, since its daily log does not hold it"]);
    expect(archived()).toEqual(["a.tif 2026-11-18"]);
    expect(readFileSync(file("2026-11-18"))).toEqual(before);
    const write = () => writeDailyLog({ ledgerPath: ledger.path, day: "2026-11-18", folder, clock, timeZone: "UTC" });
    await expect(write()).rejects.toThrow("RF_LEDGER_ARCHIVED");
    expect(readFileSync(file("2026-11-18"))).toEqual(before);
  });

  it("goes on where it was interrupted, without writing the file again", async () => {
    const { ledger, retain, write, archived, idOf, told } = await setUp();
    judge(ledger, ROOT, "a2.tif", NOON - 5 * DAY + 10_000);
    await write("2026-11-18");
    ledger.setMeta(ARCHIVED_THROUGH, "2026-11-18");
    ledger.archive([idOf("a.tif")], "2026-11-18");
    expect(await retain(3)).toBe(1);
    expect(archived()).toEqual(["a.tif 2026-11-18", "a2.tif 2026-11-18"]);
    expect(told).toEqual([]);
  });
});
