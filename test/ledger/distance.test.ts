import BetterSqlite3 from "better-sqlite3";
import { expect, it } from "vitest";
import type { DistanceFacts, FrameFacts } from "../../src/ledger/types.js";
import { frameResult, openTestLedger, ROOT, settledSource } from "./support.js";

const distance = { dof: 2.1 + 0.2, low: 1.7, high: 2.9 };

function judged(changes: { distance?: DistanceFacts | null; facts?: Partial<FrameFacts> } = {}) {
  const ledger = openTestLedger();
  ledger.settled(ROOT, settledSource(`${ROOT}/a.tif`), undefined);
  const result = frameResult();
  ledger.finished(
    ledger.takeReady(3e6, 1)[0]!.id,
    { ...result, ...changes, facts: { ...result.facts, ...changes.facts } },
    3e6,
  );
  return ledger;
}

it("keeps the distance to the last digit, in the row for good, and in the event for the chain", () => {
  const ledger = judged({ distance });
  const story = ledger.frameStory(1)!;
  expect(story.distance).toEqual(distance);
  expect(story.events.find(({ kind }) => kind === "finished")?.detail).toMatchObject({ distance });
  const db = new BetterSqlite3(ledger.path);
  expect(() => db.exec("UPDATE frames SET distance_low_dof = 0.9")).toThrow("a finished frame does not change");
  db.close();
});

it("shows it in micrometres where the file tells the NA", () => {
  const columns = "SELECT distance_dof, distance_low_dof, distance_high_dof, distance_um FROM v_frames";
  const dof = { distance_dof: 2.3, distance_low_dof: 1.7, distance_high_dof: 2.9 };
  const um = (facts: Partial<FrameFacts>) => judged({ distance, facts }).select(columns);
  expect(um({ na: 0.5 })).toEqual([{ ...dof, distance_um: 5.06 }]);
  expect(um({ na: 0.5, emissionNm: 500 })).toEqual([{ ...dof, distance_um: 4.6 }]);
  expect(judged({ distance }).select(columns)).toEqual([{ ...dof, distance_um: null }]);
});

it("has nothing where no model told it", () => {
  for (const ledger of [judged(), judged({ distance: null })]) {
    const story = ledger.frameStory(1)!;
    expect(story.distance).toBeNull();
    expect(story.events.find(({ kind }) => kind === "finished")?.detail).not.toHaveProperty("distance");
  }
});
