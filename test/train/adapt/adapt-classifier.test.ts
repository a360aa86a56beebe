import { describe, expect, test } from "vitest";
import { adaptClassifier, choose, type Tried, type Way } from "../../../src/train/adapt/adapt-classifier.js";
import { adaptationTable } from "../../../src/train/adapt/adapted-card.js";
import { isBetterThan, type Score } from "../../../src/train/adapt/score.js";
import { judgedFrames, plainHead } from "./support.js";

const thresholds = { focusedBelow: 0.35, defocusedAbove: 0.65 };
const score = (right: number, uncertain: number, wrong: number, logLoss: number): Score => ({
  ...{ right, uncertain, wrong, logLoss },
  ...{ focused: 9, focusedRight: 5 },
});

describe("adapting", () => {
  const head = plainHead();
  const ordinary = {
    learnt: judgedFrames(head, 2, { middle: 0, first: 4 }),
    kept: judgedFrames(head, 2, { middle: 0, first: 4.1 }),
  };

  test("judges each field by a classifier fitted without it, and takes one that is better", () => {
    const own = judgedFrames(head, 3, { middle: 6, first: 2 });
    const adaptation = adaptClassifier(own, ordinary, head, thresholds, 1);
    const { before, tried, chosen, fitted, frames } = adaptation;
    expect(frames).toBe(27);
    expect(before.focusedRight).toBe(0);
    expect(tried.map(({ way }) => way)).toEqual(["line", "last", "both"]);
    for (const { after, isBetter } of tried) {
      expect(after.right + after.uncertain + after.wrong).toBe(27);
      expect(isBetter).toBe(isBetterThan(after, before));
    }
    expect(chosen?.isBetter).toBe(true);
    expect(fitted?.way).toBe(chosen?.way);
    // The line cannot have both: what it moves to for the laboratory is wrong for what was known.
    expect(tried[0]!.kept.wrong).toBeGreaterThan(tried[2]!.kept.wrong);
    const { rows, columns } = adaptationTable({ name: "sdcnn", version: "1" }, adaptation, "samples");
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row).toHaveLength(columns.length);
    expect(rows.filter(([name]) => String(name).endsWith("(chosen)"))).toHaveLength(1);
  }, 60_000);

  test("takes none where what frames are cannot be told by what they show", () => {
    const own = judgedFrames(head, 3, { middle: 0, first: 4 }).map((frame, k) => ({
      ...frame,
      isDefocused: k % 2 === 0,
    }));
    const adaptation = adaptClassifier(own, { learnt: [], kept: [] }, head, thresholds, 1);
    expect(adaptation.tried.every(({ after }) => after.wrong > 0)).toBe(true);
    for (const { isBetter, after } of adaptation.tried) expect(isBetter).toBe(isBetterThan(after, adaptation.before));
    expect(adaptation.fitted === null).toBe(adaptation.tried.every(({ isBetter }) => !isBetter));
  }, 60_000);

  test("a wrong frame weighs as much as a right one; uncertain ones weigh nothing", () => {
    const before = score(39, 2, 13, 1.2);
    expect(isBetterThan(score(34, 19, 1, 0.4), before)).toBe(true);
    expect(isBetterThan(score(25, 28, 1, 0.4), before)).toBe(false);
    expect(isBetterThan(score(45, 0, 14, 0.4), before)).toBe(false);
    expect(isBetterThan(score(45, 0, 9, 1.3), before)).toBe(false);
  });

  test("a way with more freedom has to be a tenth better, on ordinary frames too", () => {
    const tried = (way: Way, loss: number, kept: number, isBetter = true): Tried => ({
      ...{ way, isBetter },
      ...{ after: score(1, 0, 0, loss), kept: score(1, 0, 0, kept) },
    });
    const way = (...all: Tried[]) => choose(all)?.way;
    expect(way(tried("line", 0.5, 0.1), tried("last", 0.45, 0.1))).toBe("line");
    expect(way(tried("line", 0.5, 0.1), tried("last", 0.3, 0.1))).toBe("last");
    expect(way(tried("line", 0.5, 0.1), tried("last", 0.3, 0.9))).toBe("line");
    expect(way(tried("line", 0.5, 0.1, false), tried("last", 0.6, 0.1), tried("both", 0.59, 0.1))).toBe("last");
    expect(way(tried("line", 0.1, 0, false))).toBeUndefined();
  });
});
