import { describe, expect, it } from "vitest";
import { defocusedResult, handClock, named, openTestLedger, ROOT, settledSource, sha } from "./support.js";

const PATH = `${ROOT}/t5.tif`;
const OUTPUT = "/data/refocused/t5.refocused.tif";

function ledgerWithOneReconstruction() {
  const clock = handClock(1_900_000);
  const ledger = openTestLedger({ clock });
  const classifier = { role: "classifier" as const, name: "sdcnn", version: "1.0.0", sha256: sha("c") };
  ledger.startRun({ version: "0.1.0", configSha256: sha("f"), host: "scope", engine: null });
  const modelId = ledger.registerModel({ ...classifier, card: { trained: "2026-11-20" } });
  expect(ledger.registerModel(classifier)).toBe(modelId);
  ledger.seen(ROOT, PATH, 1_999_000);
  ledger.settled(ROOT, settledSource(PATH), named("P|B4", 5));
  const [first] = ledger.takeReady(2_000_100, 1);
  const died = { code: "RF_WORKER_DIED", detail: "signal SIGSEGV" };
  ledger.failed(first!.id, died, { kind: "retry", notBefore: 2_000_300 }, 2_000_200);
  const [second] = ledger.takeReady(2_000_300, 1);
  ledger.finished(second!.id, defocusedResult(OUTPUT), 2_000_800);
  return ledger;
}

describe("story", () => {
  it("tells which bytes, which model, which settings, which numbers, when", () => {
    const ledger = ledgerWithOneReconstruction();
    const [frame] = ledger.story(PATH);
    expect(frame).toMatchObject({
      ...{
        path: PATH,
        page: 0,
        revision: 1,
        isCurrent: true,
        state: "done",
        type: "tiff",
        sha256: sha("a"),
        size: 1000,
      },
      ...{ verdict: "defocused", pDefocused: 0.97, thresholds: { focusedBelow: 0.35, defocusedAbove: 0.65 } },
      facts: { width: 1608, pixelSizeUm: 0.65 },
      focusMap: [
        [0.1, 0.2],
        [0.05, 0.1],
      ],
      scores: { laplacian: 12.5 },
      timings: { decode: 20, classify: 100 },
      classifier: { name: "sdcnn", version: "1.0.0", sha256: sha("c") },
      reconstructor: { name: "resunet-lite", version: "1.0.0", sha256: sha("d") },
      engine: { name: "onnx", version: "1.30.0", device: "cpu" },
      run: { id: 1, version: "0.1.0", configSha256: sha("f"), host: "scope", startedMs: 1_900_000 },
      ...{ seenMs: 1_999_000, settledMs: 2_000_000, startedMs: 2_000_300, finishedMs: 2_000_800 },
      ...{ errorCode: null, failedAttempts: 1 },
      reconstruction: {
        ...{ path: OUTPUT, sha256: sha("e"), size: 5000, trust: 0.8, createdMs: 2_000_800 },
        model: { name: "resunet-lite", version: "1.0.0", sha256: sha("d") },
      },
    });
    expect(frame?.attempts).toMatchObject([
      { number: 1, outcome: "failed", errorCode: "RF_WORKER_DIED", retryNotBeforeMs: 2_000_300 },
      { number: 2, outcome: "done", errorCode: null },
    ]);
    const kinds = frame?.events.map((event) => event.kind);
    expect(kinds).toEqual(["seen", "settled", "started", "retry", "started", "finished"]);
    expect(ledger.frameStory(frame!.id)).toEqual(frame);
  });

  it("is found by the reconstruction too", () => {
    expect(ledgerWithOneReconstruction().story(OUTPUT)).toMatchObject([{ path: PATH }]);
  });

  it("is empty for what the ledger does not know", () => {
    const ledger = openTestLedger();
    expect(ledger.story("/nowhere.tif")).toEqual([]);
    expect(ledger.frameStory(1)).toBeUndefined();
  });
});

describe("views", () => {
  it("answer the questions people ask", () => {
    const ledger = ledgerWithOneReconstruction();
    expect(ledger.select("SELECT * FROM v_frames")).toMatchObject([
      {
        ...{ file: "t5.tif", verdict: "defocused", reconstruction: OUTPUT, trust: 0.8, time_index: 5, latency_s: 0.8 },
        ...{ classifier: "sdcnn 1.0.0", reconstructor: "resunet-lite 1.0.0", engine: "onnx 1.30.0 (cpu)" },
      },
    ]);
    expect(ledger.select("SELECT file FROM v_defocused")).toHaveLength(1);
    expect(ledger.select("SELECT * FROM v_reconstructions")).toMatchObject([{ source: PATH, source_unchanged: 1 }]);
    expect(ledger.select("SELECT * FROM v_summary_by_series")).toMatchObject([
      { series: "P|B4", frames: 1, defocused: 1, focused: 0, reconstructed: 1, pending: 0, problems: 0 },
    ]);
    expect(ledger.select("SELECT * FROM v_problems")).toEqual([]);
    const [event] = ledger.select<{ at: string }>("SELECT at FROM v_events");
    expect(event?.at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
  });
});

describe("meta and events", () => {
  it("keep what other rooms want to remember", () => {
    const ledger = openTestLedger();
    ledger.setMeta("a", "1");
    ledger.setMeta("a", "2");
    expect(ledger.getMeta("a")).toBe("2");
    expect(ledger.getMeta("b")).toBeUndefined();
    ledger.event("config-reloaded", null, { keys: ["log.level"] }, 5);
    expect(ledger.select("SELECT kind, detail FROM v_events")).toEqual([
      { kind: "config-reloaded", detail: '{"keys":["log.level"]}' },
    ]);
  });
});
