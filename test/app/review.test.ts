import { describe, expect, test } from "vitest";
import { explainStory } from "../../src/app/explain/explain.js";
import { reviewFrame, reviewText } from "../../src/app/review.js";
import { openLedgerBeside } from "../../src/ledger/open.js";
import { EXPORT_COLUMNS } from "../../src/report/export/columns.js";
import { exportRows } from "../../src/report/export/rows.js";
import { frameResult, handClock, openTestLedger, ROOT, settledSource } from "../ledger/support.js";

const ADA = { verdict: "focused", reviewer: "Ada", note: "cells are sharp" } as const;

function ledgerWith(path: string, pages = 1) {
  const clock = handClock();
  const ledger = openTestLedger({ clock });
  ledger.settled(ROOT, settledSource(path, { pages }), undefined);
  const judge = () => {
    for (const { id } of ledger.takeReady(1e13, pages)) ledger.finished(id, frameResult(), clock.now());
  };
  return { ledger, clock, judge };
}

describe("a review", () => {
  test("is told by explain and export; the newest counts, the verdict stays", () => {
    const path = `${ROOT}/a.tif`;
    const { ledger, clock, judge } = ledgerWith(path);
    judge();
    // From another process, as the command does, while the daemon has the ledger open.
    const beside = openLedgerBeside(ledger.path, { clock });
    reviewFrame(path, undefined, { verdict: "defocused", reviewer: "Bo", note: null }, { ledger: beside, clock });
    const report = reviewFrame(path, undefined, ADA, { ledger: beside, clock });
    beside.close();
    expect(reviewText(report)).toBe(`${path}: focused, says Ada\n`);
    const [story] = ledger.story(path);
    expect(story).toMatchObject({ verdict: "focused", reviews: [{ reviewer: "Bo", verdict: "defocused" }, ADA] });
    expect(story!.events.filter(({ kind }) => kind === "reviewed")).toHaveLength(2);
    const text = explainStory(path, [story!]);
    expect(text).toMatch(/review +defocused, says Bo, /);
    expect(text).toMatch(/review +focused, says Ada, .*: cells are sharp/);
    const [rows] = [...exportRows(ledger, { fromMs: 0, toMs: 1e15 })];
    const column = (name: string) => rows![0]![EXPORT_COLUMNS.findIndex((one) => one.name === name)];
    expect([column("review"), column("reviewer")]).toEqual(["focused", "Ada"]);
  });

  test("is refused for what has no verdict, and for a page that is not named", () => {
    const path = `${ROOT}/stack.tif`;
    const { ledger, clock, judge } = ledgerWith(path, 2);
    const deps = { ledger, clock };
    expect(() => reviewFrame(`${ROOT}/unknown.tif`, undefined, ADA, deps)).toThrow(/RF_NOT_JUDGED/);
    expect(() => reviewFrame(path, 1, ADA, deps)).toThrow(/RF_NOT_JUDGED/);
    judge();
    expect(() => reviewFrame(path, undefined, ADA, deps)).toThrow(/RF_USAGE.*2 pages/);
    expect(() => reviewFrame(path, 2, ADA, deps)).toThrow(/RF_NOT_JUDGED/);
    expect(reviewFrame(path, 1, ADA, deps)).toMatchObject({ page: 1, verdict: "focused" });
  });
});
