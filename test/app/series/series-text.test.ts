import { expect, it } from "vitest";
import { seriesLines, seriesText } from "../../../src/app/series/series-text.js";
import { RefocusdError } from "../../../src/errors/refocusd-error.js";
import type { SeriesReport } from "../../../src/series/build-series.js";

const report: SeriesReport = {
  root: "/in",
  seriesKey: "|run||01|1|",
  name: "in+run/run+xy01+c1",
  folder: "/s/in/run+xy01+c1",
  timePoints: 7,
  rows: { source: 4, extract: 0, reconstruction: 1, pending: 0, missing: 2, placeholder: 0 },
  files: 5,
  made: 5,
  removed: 1,
  problems: [1, 2, 3, 4, 5].map((time) => ({ kind: "late", time, points: 1, text: `t${time} came late` })),
};

it("is a table with the first problems of each kind, and what could not be made", () => {
  const failed = { kind: "failed", name: "x\u001b[31m", error: new RefocusdError("RF_DISK_FULL", "/s") } as const;
  expect(seriesText([{ kind: "series", report }, failed], "/s").split("\n")).toEqual([
    "series              points  sources  reconstructed  pending  missing  placeholders  in folder",
    "in+run/run+xy01+c1       7        4              1        0        2             0          5",
    "  late: t1 came late",
    "  late: t2 came late",
    "  late: t3 came late",
    "  late: and 2 more",
    "FAILED x�[31m: RF_DISK_FULL: there is no space left on the disk (/s)",
    "",
    "1 series in /s: 5 entries made, 1 removed",
    "",
  ]);
  expect(seriesText([{ kind: "series", report }], null)).toMatch(/No folders were made: set series\.folder/);
  expect(seriesText([{ kind: "series", report }], null, "/s")).toMatch(/running daemon keeps the folders in \/s/);
  expect(seriesText([], "/s")).toBe("no series\n");
});

it("tells in the status how many series there are and what is wrong", () => {
  const status = { folder: "/s", series: 12, problems: { late: 1, gap: 2 }, failing: 0, failure: null };
  expect(seriesLines(status)).toEqual(["  series: 12 in /s; with problems: 2 gap, 1 late"]);
  expect(seriesLines({ ...status, problems: {}, failing: 3, failure: "why" })).toEqual([
    "  series: 12 in /s",
    "  SERIES NOT UP TO DATE: 3; why",
  ]);
});
