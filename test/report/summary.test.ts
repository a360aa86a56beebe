import { describe, expect, it } from "vitest";
import { percentiles } from "../../src/report/percentiles.js";
import { summarize } from "../../src/report/summary.js";
import { defocusedResult, openTestLedger, settledSource, sha } from "../ledger/support.js";
import { judge } from "./support.js";

describe("summarize", () => {
  it("counts per watched folder and in all", () => {
    const ledger = openTestLedger();
    judge(ledger, "/a", "1.tif", 1000);
    judge(ledger, "/a", "2.tif", 2000, true);
    judge(ledger, "/b", "3.tif", 3000);
    ledger.rejected("/b", "/b/4.tif", { size: 0, mtimeMs: 1, ctimeMs: 1 }, "RF_ZERO_BYTES", "", 9000);
    ledger.settled("/b", settledSource("/b/5.tif", { settledAtMs: 7000 }), undefined);
    const [job] = ledger.takeReady(8000, 1);
    ledger.failed(job!.id, { code: "RF_WORKER_DIED", detail: "" }, { kind: "retry", notBefore: 99_000 }, 8500);
    ledger.seen("/b", "/b/6.tif", 9000);

    const { total, roots } = summarize(ledger);
    expect(roots.map(({ root, frames }) => [root, frames])).toEqual([
      ["/a", 2],
      ["/b", 4],
    ]);
    expect(total).toMatchObject({
      frames: 6,
      byState: { done: 3, quarantined: 1, ready: 1, seen: 1, working: 0 },
      byVerdict: { focused: 2, defocused: 1, uncertain: 0, blank: 0 },
      ...{ reconstructions: 1, meanTrust: 0.8 },
      latencyMs: { count: 3, p50: 2000, p95: 2000, max: 2000 },
      backlog: { settling: 1, waiting: 1, retrying: 1, working: 0, oldestSettledMs: 7000 },
    });
    expect(total.problems).toHaveLength(2);
    expect(roots[0]).toMatchObject({ reconstructions: 1, problems: [], backlog: { oldestSettledMs: null } });
    expect(summarize(ledger, 1e9).total.latencyMs).toBeNull();
  });

  it("leaves out what a file no longer holds", () => {
    const ledger = openTestLedger();
    ledger.settled("/a", settledSource("/a/1.tif"), undefined);
    ledger.finished(ledger.takeReady(3e6, 1)[0]!.id, defocusedResult("/out/1.tif"), 3e6);
    ledger.settled("/a", settledSource("/a/1.tif", { sha256: sha("b") }), undefined);
    expect(summarize(ledger).total).toMatchObject({ frames: 1, reconstructions: 0, meanTrust: null });
  });

  it("tells frames that wait for space from those that wait for another attempt", () => {
    const ledger = openTestLedger();
    for (const name of ["1", "2", "3"]) ledger.settled("/a", settledSource(`/a/${name}.tif`), undefined);
    const [first, second] = ledger.takeReady(3e6, 2);
    ledger.hold(first!.id, { code: "RF_DISK_LOW", detail: "" }, 3e6);
    ledger.failed(second!.id, { code: "RF_WORKER_DIED", detail: "" }, { kind: "retry", notBefore: 4e6 }, 3e6);
    expect(summarize(ledger).total.backlog).toMatchObject({ waiting: 3, held: 1, retrying: 1 });
  });

  it("is all zeros for an empty ledger", () => {
    expect(summarize(openTestLedger())).toMatchObject({ total: { frames: 0, latencyMs: null }, roots: [] });
  });
});

describe("percentiles", () => {
  it("are values that occur", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentiles(hundred)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 });
    expect(percentiles([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, max: 7 });
    expect(percentiles([])).toBeNull();
  });
});
