import BetterSqlite3 from "better-sqlite3";
import { expect, it } from "vitest";
import { frameResult, openTestLedger, ROOT, settledSource } from "./support.js";

function judged(pSpectrum?: number) {
  const ledger = openTestLedger();
  ledger.settled(ROOT, settledSource(`${ROOT}/a.tif`), undefined);
  const result = frameResult(pSpectrum === undefined ? {} : { pSpectrum });
  ledger.finished(ledger.takeReady(3e6, 1)[0]!.id, result, 3e6);
  return ledger;
}

it("keeps what the spectrum says, in the row for good, and in the event for the chain", () => {
  const ledger = judged(0.1 + 0.2);
  const story = ledger.frameStory(1)!;
  expect(story.pSpectrum).toBe(0.1 + 0.2);
  expect(story.events.find(({ kind }) => kind === "finished")?.detail).toMatchObject({ pSpectrum: 0.1 + 0.2 });
  expect(ledger.select("SELECT p_spectrum FROM v_frames")).toEqual([{ p_spectrum: 0.3 }]);
  const db = new BetterSqlite3(ledger.path);
  expect(() => db.exec("UPDATE frames SET p_spectrum = 0.9")).toThrow("a finished frame does not change");
  db.close();
});

it("has nothing where it was not asked", () => {
  const story = judged().frameStory(1)!;
  expect(story.pSpectrum).toBeNull();
  expect(story.events.find(({ kind }) => kind === "finished")?.detail).not.toHaveProperty("pSpectrum");
});
