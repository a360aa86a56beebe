import { expect, test } from "vitest";
import {
  type ClassifierChoice,
  readChoice,
  wantedClassifier,
  writeChoice,
} from "../../../../src/app/adapt/schedule/classifier-choice.js";
import { useClassifier, useClassifierText } from "../../../../src/app/adapt/schedule/use-classifier.js";
import { handClock, openTestLedger, sha } from "../../../ledger/support.js";

const configured = { name: "sdcnn", version: "1.4.0", sha256: sha("c") };
const choice: ClassifierChoice = {
  ...{ name: "sdcnn-lab", version: "1.4.0-adapted.2026-11-24", sha256: sha("1") },
  ...{ insteadOf: configured, sinceMs: 5, undone: false },
};

test("an adapted classifier is wanted while it may be used and the configured one is that which it was better than", () => {
  expect(wantedClassifier(true, configured, choice)).toBe(choice);
  expect(wantedClassifier(true, configured, undefined)).toBeUndefined();
  expect(wantedClassifier(false, configured, choice)).toBeUndefined();
  expect(wantedClassifier(true, configured, { ...choice, undone: true })).toBeUndefined();
  expect(wantedClassifier(true, undefined, choice)).toBeUndefined();
  for (const other of [{ name: "mine" }, { version: "1.5.0" }, { sha256: sha("d") }])
    expect(wantedClassifier(true, { ...configured, ...other }, choice)).toBeUndefined();
});

test("a person goes back to the configured one, and to the adapted one again; both are written down", () => {
  const clock = handClock(1000);
  const ledger = openTestLedger({ clock });
  expect(() => useClassifier("configured", "Ada", { ledger, clock })).toThrow(/RF_USAGE.*adapt\.schedule/);
  writeChoice(ledger, choice);
  const undone = useClassifier("configured", "Ada", { ledger, clock });
  expect(readChoice(ledger)).toEqual({ ...choice, undone: true, sinceMs: 1000 });
  expect(useClassifierText(undone, true)).toMatch(/^sdcnn judges; sdcnn-lab stays installed/);
  clock.time = 2000;
  const again = useClassifier("adapted", "Ada", { ledger, clock });
  expect(readChoice(ledger)).toEqual({ ...choice, sinceMs: 2000 });
  expect(useClassifierText(again, true)).toMatch(/^sdcnn-lab judges/);
  expect(useClassifierText(again, false)).toMatch(/will judge when adapt: \{ use: true \}/);
  const events = ledger.select<{ detail: string }>(
    "SELECT detail_json AS detail FROM events WHERE kind = 'classifier-wished'",
  );
  expect(events.map(({ detail }) => JSON.parse(detail))).toMatchObject([
    { wish: "configured", by: "Ada", name: "sdcnn-lab" },
    { wish: "adapted", by: "Ada" },
  ]);
});
