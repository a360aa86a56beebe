import { describe, expect, it } from "vitest";
import { progress, readProgress } from "../../src/report/progress.js";
import { summarize } from "../../src/report/summary.js";
import { openTestLedger, settledSource } from "../ledger/support.js";
import { judge } from "./support.js";

const MIN = 60_000;

describe("progress", () => {
  it("tells the rate over the window and what it means for the backlog", () => {
    expect(progress(100, { frames: 50, firstStartedMs: 0 }, 0, 5 * MIN)).toEqual({
      ...{ backlog: 100, framesPerMinute: 10, windowMs: 5 * MIN, etaMs: 10 * MIN },
    });
  });

  it("counts from when work began", () => {
    expect(progress(30, { frames: 30, firstStartedMs: 4 * MIN }, 0, 5 * MIN)).toMatchObject({
      ...{ framesPerMinute: 30, windowMs: MIN, etaMs: MIN },
    });
    // Begun before the window: the window is all that was counted.
    expect(progress(0, { frames: 5, firstStartedMs: -MIN }, 0, 5 * MIN).framesPerMinute).toBe(1);
  });

  it("promises nothing while nothing is finished, and has nothing to promise without a backlog", () => {
    expect(progress(3, { frames: 0, firstStartedMs: null }, 0, 5 * MIN)).toMatchObject({
      framesPerMinute: 0,
      etaMs: null,
    });
    expect(progress(0, { frames: 0, firstStartedMs: null }, 0, 5 * MIN).etaMs).toBe(0);
    expect(progress(3, { frames: 1, firstStartedMs: 7 }, 7, 7).etaMs).toBe(3);
  });
});

describe("readProgress", () => {
  it("counts what was worked on in the last five minutes, and what is still to be done", () => {
    const ledger = openTestLedger();
    const now = 100 * MIN;
    judge(ledger, "/a", "old.tif", 90 * MIN);
    for (const name of ["1.tif", "2.tif"]) judge(ledger, "/a", name, 98 * MIN - 2000);
    ledger.rejected("/a", "/a/bad.tif", { size: 0, mtimeMs: 1, ctimeMs: 1 }, "RF_ZERO_BYTES", "", 99 * MIN);
    for (const name of ["3", "4", "5"]) ledger.settled("/a", settledSource(`/a/${name}.tif`), undefined);
    const [first] = ledger.takeReady(now, 2);
    ledger.hold(first!.id, { code: "RF_DISK_LOW", detail: "" }, now);
    const { backlog } = summarize(ledger).total;
    expect(readProgress(ledger, backlog, 0, now)).toEqual({
      ...{ backlog: 2, framesPerMinute: 1, windowMs: 2 * MIN, etaMs: 2 * MIN },
    });
    expect(readProgress(ledger, backlog, 99 * MIN, now)).toMatchObject({
      framesPerMinute: 0,
      windowMs: MIN,
      etaMs: null,
    });
  });
});
