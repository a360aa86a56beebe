import { describe, expect, test } from "vitest";
import { auditDays } from "./audit-days.js";
import type { DayLog, LedgerEvent } from "./days.js";

const at = (moment: string, id: number, kind = "finished"): LedgerEvent => ({
  id,
  atMs: Date.parse(moment),
  kind,
  frame: id,
});
// Half an hour before and after a midnight in Berlin, which is no midnight anywhere else here.
const before = at("2026-10-24T23:30:00+02:00", 1);
const after = at("2026-10-25T00:30:00+02:00", 2);
const logs: DayLog[] = [
  { day: "2026-10-24", soundness: "ok", events: [before] },
  { day: "2026-10-25", soundness: "ok", events: [after] },
];
const options = { zone: "Europe/Berlin", nowMs: Date.parse("2026-10-26T00:10:00+01:00") };
const kinds = (...given: Parameters<typeof auditDays>) => auditDays(...given).map(({ kind }) => kind);

describe("the auditor of daily logs", () => {
  test("finds nothing where all is right, and asks for no log of the day that is not over", () => {
    expect(auditDays([before, after], logs, options)).toEqual([]);
    expect(auditDays([before, after, at("2026-10-26T00:05:00+01:00", 3)], logs, options)).toEqual([]);
    // The day of the change lasts until 23:00 UTC.
    const late = at("2026-10-25T23:59:00+01:00", 4);
    expect(kinds([late], logs, options)).toEqual(["lost"]);
  });

  test("finds a day without a log, an event that is in the log of another day only, a damaged log, a verdict twice", () => {
    expect(kinds([before, after], logs.slice(0, 1), options)).toEqual(["lost"]);
    expect(kinds([before, after], [{ ...logs[0]!, events: [] }, logs[1]!], options)).toEqual(["lost"]);
    expect(kinds([before], [{ ...logs[0]!, soundness: "page 3" }], options)).toEqual(["altered"]);
    expect(kinds([before], [{ ...logs[0]!, events: [before, { ...before, id: 9 }] }], options)).toEqual(["duplicated"]);
  });
});
