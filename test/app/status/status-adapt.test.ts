import { expect, test } from "vitest";
import type { AdaptOutcome } from "../../../src/app/adapt/schedule/outcome.js";
import { localTime } from "../../../src/app/local-time.js";
import { adaptLines } from "../../../src/app/status/status-adapt.js";
import { sha } from "../../ledger/support.js";

const [next, last] = [Date.UTC(2026, 10, 29, 3), Date.UTC(2026, 10, 22, 3)];
const model = { name: "sdcnn-lab", version: "1", sha256: sha("1") };
const schedule = { schedule: "0 3 * * 0", nextMs: next, runningSinceMs: null, last: null };

test("tells when adapting comes, and what came of it", () => {
  expect(adaptLines({ schedule: null, inUse: null, refusal: null })).toEqual([]);
  expect(adaptLines({ schedule, inUse: null, refusal: null })).toEqual([
    `  adapting: next ${localTime(next)}; not yet tried`,
  ]);
  const outcome = { kind: "installed", model, parent: model, basis: "", words: "6 frames" } as const;
  const going = { ...schedule, runningSinceMs: next, last: { atMs: last, outcome } };
  const refusal = { name: "sdcnn-lab", code: "RF_MODEL_MISSING", detail: "gone", sinceMs: last } as const;
  expect(adaptLines({ schedule: going, inUse: { name: "sdcnn-lab", insteadOf: "sdcnn" }, refusal })).toEqual([
    `  adapting: going on since ${localTime(next)}; last ${localTime(last)}: adapted and installed as sdcnn-lab (111111111111): 6 frames`,
    "  sdcnn-lab judges instead of sdcnn (refocusd models use configured goes back)",
    `  ADAPTED CLASSIFIER sdcnn-lab NOT IN USE since ${localTime(last)} (RF_MODEL_MISSING): gone`,
  ]);
});

test("tells of each outcome", () => {
  const words = (outcome: AdaptOutcome) => {
    const tried = { ...schedule, last: { atMs: last, outcome } };
    return adaptLines({ schedule: tried, inUse: null, refusal: null })[0];
  };
  expect(words({ kind: "nothing-better", than: "sdcnn", basis: "", words: "6 frames" })).toContain(
    ": nothing better than sdcnn: 6 frames",
  );
  expect(words({ kind: "too-few", detail: "3 frames" })).toContain(": too few frames: 3 frames");
  expect(words({ kind: "failed", code: "RF_ADAPT_ENDED", detail: "killed" })).toContain(
    ": failed (RF_ADAPT_ENDED): killed",
  );
  expect(words({ kind: "nothing-new" })).toContain(": no other frames than the last time");
  expect(words({ kind: "interrupted" })).toContain(": interrupted");
});
