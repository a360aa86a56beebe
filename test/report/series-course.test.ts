import { describe, expect, it } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.js";
import { frameCourse, mostDrifted, seriesCourse } from "../../src/report/series-course.js";
import { summarize } from "../../src/report/summary.js";
import { frameResult, named, openTestLedger, ROOT, settledSource } from "../ledger/support.js";

function acquire(ledger: Ledger, series: string, time: number, acquiredMs: number | undefined, z: number | undefined) {
  ledger.settled(ROOT, settledSource(`${ROOT}/${series}${time}.tif`), named(series, time));
  const [job] = ledger.takeReady(3e6, 1);
  const { acquiredMs: _, ...facts } = frameResult().facts;
  const stageUm = z === undefined ? undefined : { x: 0, y: 0, z };
  ledger.finished(job!.id, frameResult({ facts: { ...facts, acquiredMs, stageUm } }), 3e6);
}

describe("the course of a series", () => {
  it("is that of its time points, in whatever order they came", () => {
    const ledger = openTestLedger();
    acquire(ledger, "A", 3, 1_800_000, 12.5);
    acquire(ledger, "A", 1, 0, 10);
    acquire(ledger, "A", 2, 600_000, 9);
    acquire(ledger, "B", 1, undefined, undefined);
    expect(seriesCourse(ledger, ROOT, "A")).toEqual({
      ...{ root: ROOT, series: "A", frames: 3 },
      ...{ meanIntervalS: 900, shortestIntervalS: 600, longestIntervalS: 1200 },
      ...{ firstZUm: 10, lastZUm: 12.5, lowestZUm: 9, highestZUm: 12.5 },
    });
    expect(seriesCourse(ledger, ROOT, "B")).toBeUndefined();
    expect(mostDrifted(ledger, 5)).toEqual([seriesCourse(ledger, ROOT, "A")]);
    expect(ledger.select("SELECT time_index, interval_s, z_step_um FROM v_series_steps WHERE series = 'A'")).toEqual([
      { time_index: 1, interval_s: null, z_step_um: null },
      { time_index: 2, interval_s: 600, z_step_um: -1 },
      { time_index: 3, interval_s: 1200, z_step_um: 3.5 },
    ]);
    expect(frameCourse(ledger, { root: ROOT, seriesKey: "A", time: 3 })?.before).toEqual({
      ...{ time: 2, acquiredMs: 600_000, zUm: 9 },
    });
    expect(frameCourse(ledger, { root: ROOT, seriesKey: "A", time: 1 })?.before).toBeNull();
    expect(frameCourse(ledger, { root: ROOT, seriesKey: null, time: null })).toBeUndefined();
  });

  it("has no interval where time runs backwards", () => {
    const ledger = openTestLedger();
    acquire(ledger, "A", 1, 5000, 1);
    acquire(ledger, "A", 2, 0, 1);
    acquire(ledger, "A", 3, 1000, 1);
    expect(seriesCourse(ledger, ROOT, "A")).toMatchObject({ shortestIntervalS: 1, longestIntervalS: 1 });
    expect(mostDrifted(ledger, 5)).toEqual([]);
  });
});

it("names that no pattern reads are counted by file", () => {
  const ledger = openTestLedger();
  ledger.settled("/a", settledSource("/a/1.tif", { isNameUnread: true, pages: 3 }), undefined);
  ledger.settled("/b", settledSource("/b/2.tif", { isNameUnread: true }), undefined);
  ledger.settled("/b", settledSource("/b/3.tif"), named("S", 1));
  const { total, roots } = summarize(ledger);
  expect([total.unreadNames, ...roots.map((root) => root.unreadNames)]).toEqual([2, 1, 1]);
});
