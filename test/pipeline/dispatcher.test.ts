import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RefocusdError } from "../../src/errors/refocusd-error.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { openLedger } from "../../src/ledger/open.js";
import type { FrameResult } from "../../src/ledger/types.js";
import { silentLog } from "../../src/log/log.js";
import type { RefusedOutput } from "../../src/pipeline/disk-guard.js";
import { Dispatcher, type FrameOutcome } from "../../src/pipeline/dispatcher.js";
import type { Hold, WorkerJob } from "../../src/pipeline/messages.js";
import type { JobOutcome } from "../../src/pipeline/worker-pool.js";
import { systemClock } from "../../src/system/clock.js";

const result: FrameResult = {
  verdict: "focused",
  pDefocused: 0.1,
  focusMap: [[0.1]],
  facts: { width: 600, height: 600, channels: 1, bitDepth: 16 },
  thresholds: { focusedBelow: 0.35, defocusedAbove: 0.65 },
  scores: {},
  timings: { read: 1 },
  classifier: null,
  reconstructor: null,
  engine: null,
  reconstruction: null,
};

let ledger: Ledger;

beforeEach(() => {
  ledger = openLedger(join(mkdtempSync(join(tmpdir(), "refocusd-dispatcher-")), "ledger.sqlite"), {
    clock: systemClock,
  });
  ledger.startRun({ version: "0", configSha256: "0".repeat(64), host: "test", engine: null });
});
afterEach(() => ledger.close());

function ready(name: string): void {
  const path = `/in/${name}`;
  const now = systemClock.now();
  ledger.seen("/in", path, now);
  const stat = { size: 10, mtimeMs: now, ctimeMs: now };
  ledger.settled(
    "/in",
    {
      path,
      ...stat,
      sha256: name.padEnd(64, "0").replaceAll(/[^0-9a-f]/g, "a"),
      type: "tiff",
      pages: 1,
      settledAtMs: now,
      lastChangeMs: now,
    },
    undefined,
  );
}

function dispatcher(
  run: (job: WorkerJob) => Promise<JobOutcome>,
  concurrency = 2,
  holding: ReadonlyMap<string, Hold> = new Map(),
  refused: (output: RefusedOutput) => Promise<boolean> = () => Promise.resolve(false),
) {
  const outcomes: FrameOutcome[] = [];
  const made = new Dispatcher(
    {
      concurrency,
      treatment: () => ({
        output: "/out",
        thresholds: result.thresholds!,
        reconstruct: "defocused",
        holdToSource: true,
        maxPixels: 1e6,
        lowTrustBelow: 0.6,
        writing: { compression: "none", description: "imagej", sidecar: false },
      }),
      holding: () => holding,
      retry: () => ({ attempts: 3, firstDelayMs: 10, maxDelayMs: 20 }),
    },
    {
      clock: systemClock,
      log: silentLog,
      ledger,
      run,
      refused,
      luck: () => 0.5,
      onOutcome: (outcome) => outcomes.push(outcome),
    },
  );
  return { dispatcher: made, outcomes };
}

describe("Dispatcher", () => {
  it("works through what the ledger has, never more at a time than there are workers", async () => {
    for (let k = 0; k < 12; k++) ready(`t${k}.tif`);
    let now = 0;
    let most = 0;
    const { dispatcher: d } = dispatcher(async () => {
      most = Math.max(most, ++now);
      await systemClock.sleep(5);
      now--;
      return { kind: "done", result };
    });
    await d.idle();
    expect(most).toBe(2);
    expect(ledger.counts().byState.done).toBe(12);
  });

  it("tells the worker where the reconstruction goes", async () => {
    ready("a_t01.tif");
    const jobs: WorkerJob[] = [];
    const { dispatcher: d } = dispatcher((job) => {
      jobs.push(job);
      return Promise.resolve({ kind: "done", result });
    });
    await d.idle();
    expect(jobs[0]).toMatchObject({
      path: "/in/a_t01.tif",
      output: "/out/a_t01.reconstructed.tif",
      reconstruct: "defocused",
    });
  });

  it("sets a frame aside on which the third worker died", async () => {
    ready("poison.tif");
    ready("good.tif");
    const { dispatcher: d, outcomes } = dispatcher((job) =>
      Promise.resolve(
        job.path.includes("poison")
          ? { kind: "failed", failure: { code: "RF_WORKER_DIED", detail: "ended by SIGABRT" } }
          : { kind: "done", result },
      ),
    );
    await d.idle();
    expect(ledger.counts().byState).toMatchObject({ done: 1, quarantined: 1 });
    const poison = outcomes.filter(({ job }) => job.path.includes("poison"));
    expect(poison.map(({ kind }) => kind)).toEqual(["retry", "retry", "ended"]);
    expect(ledger.story("/in/poison.tif")[0]).toMatchObject({ errorCode: "RF_WORKER_DIED", failedAttempts: 3 });
  });

  it("sets a frame aside whose folder is no longer watched, and goes on", async () => {
    ready("lost.tif");
    ready("kept.tif");
    const treatment = {
      output: "/out",
      thresholds: result.thresholds!,
      reconstruct: "never",
      holdToSource: true,
      maxPixels: 1e6,
      lowTrustBelow: 0.6,
      writing: { compression: "none", description: "imagej", sidecar: false },
    } as const;
    let asked = 0;
    const d = new Dispatcher(
      {
        concurrency: 1,
        treatment: () => {
          if (asked++ === 0) throw new RefocusdError("RF_INTERNAL", "/in is not a watched folder");
          return treatment;
        },
        retry: () => ({ attempts: 1, firstDelayMs: 10, maxDelayMs: 20 }),
      },
      {
        clock: systemClock,
        log: silentLog,
        ledger,
        run: () => Promise.resolve({ kind: "done", result }),
        luck: () => 0.5,
      },
    );
    await d.idle();
    expect(ledger.counts().byState).toMatchObject({ done: 1, quarantined: 1, working: 0 });
    expect(ledger.story("/in/lost.tif")[0]).toMatchObject({ errorDetail: "/in is not a watched folder" });
  });

  it("takes up a frame again that was put back", async () => {
    ready("poison.tif");
    let calls = 0;
    const { dispatcher: d } = dispatcher(() =>
      Promise.resolve(
        calls++ > 0 ? { kind: "done", result } : { kind: "failed", failure: { code: "RF_DECODE_FAILED", detail: "" } },
      ),
    );
    await d.idle();
    const aside = ledger.requeueCandidatesOf({ quarantined: true, failed: false }).map(({ id }) => id);
    expect(aside).toHaveLength(1);
    ledger.requeue(aside, systemClock.now());
    await d.idle();
    expect(ledger.counts().byState).toMatchObject({ done: 1, quarantined: 0 });
  });

  it("lets frames wait whose reconstruction is on hold, judges the others, and goes on when the hold ends", async () => {
    for (const name of ["bad1.tif", "good1.tif", "bad2.tif", "good2.tif"]) ready(name);
    const holding = new Map([["/in", { code: "RF_DISK_LOW", why: "1 GB free" } as const]]);
    const runs: string[] = [];
    const { dispatcher: d, outcomes } = dispatcher(
      (job) => {
        runs.push(job.path);
        const held = job.hold !== undefined && job.path.includes("bad");
        const failure = { code: "RF_DISK_LOW", detail: `judged defocused; ${job.hold?.why}` };
        return Promise.resolve(held ? { kind: "failed", failure } : { kind: "done", result });
      },
      2,
      holding,
    );
    await d.idle();
    expect(ledger.counts().byState).toMatchObject({ ready: 2, done: 2, working: 0 });
    expect(ledger.story("/in/bad1.tif")[0]).toMatchObject({
      failedAttempts: 0,
      errorDetail: "judged defocused; 1 GB free",
    });
    // Not again and again: each was looked at once, however often the ledger is asked.
    for (let k = 0; k < 5; k++) d.pump();
    await systemClock.sleep(100);
    expect(runs.length).toBe(4);
    expect(outcomes.filter(({ kind }) => kind === "held").length).toBe(2);
    holding.clear();
    await d.idle();
    expect(ledger.counts().byState).toMatchObject({ ready: 0, done: 4 });
  });

  it.each(["RF_DISK_FULL", "RF_OUTPUT_UNWRITABLE"] as const)(
    "lets frames wait whose output folder refuses them (%s), with all their attempts, and goes on when it does no more",
    async (code) => {
      for (const name of ["bad1.tif", "good.tif", "bad2.tif"]) ready(name);
      const holding = new Map<string, Hold>();
      let refuses = true;
      const asked: RefusedOutput[] = [];
      const { dispatcher: d, outcomes } = dispatcher(
        ({ path, hold }) => {
          if (!path.includes("bad") || !refuses) return Promise.resolve({ kind: "done", result });
          const failure = { code: hold?.code ?? code, detail: `judged defocused; ${hold?.why ?? "ENOSPC"}` };
          return Promise.resolve({ kind: "failed", failure });
        },
        1,
        holding,
        (output) => {
          asked.push(output);
          holding.set(output.root, { code, why: "no room" });
          return Promise.resolve(true);
        },
      );
      await d.idle();
      expect(ledger.counts().byState).toMatchObject({ ready: 2, done: 1, working: 0, quarantined: 0 });
      expect(asked).toEqual([{ root: "/in", folder: "/out", bytes: 10, code }]);
      expect(ledger.story("/in/bad1.tif")[0]).toMatchObject({
        ...{ failedAttempts: 0, errorCode: code, errorDetail: "judged defocused; ENOSPC" },
      });
      expect(outcomes.filter(({ kind }) => kind === "held")).toHaveLength(2);
      refuses = false;
      holding.clear();
      await d.idle();
      expect(ledger.counts().byState).toMatchObject({ ready: 0, done: 3 });
    },
  );

  it("counts an attempt where the output folder is not to blame", async () => {
    ready("a.tif");
    const failure = { code: "RF_OUTPUT_UNWRITABLE", detail: "ENAMETOOLONG" };
    const { dispatcher: d, outcomes } = dispatcher(() => Promise.resolve({ kind: "failed", failure }));
    await d.idle();
    expect(outcomes.map(({ kind }) => kind)).toEqual(["retry", "retry", "ended"]);
  });

  it("tells why the ledger refuses, until it does not any more", async () => {
    ready("a.tif");
    const { dispatcher: d } = dispatcher(() => Promise.resolve({ kind: "done", result }));
    const { takeReady } = ledger;
    ledger.takeReady = () => {
      throw new RefocusdError("RF_DISK_FULL", "ledger.sqlite");
    };
    d.pump();
    expect(d.refusal).toBe("RF_DISK_FULL: there is no space left on the disk (ledger.sqlite)");
    ledger.takeReady = takeReady;
    await d.idle();
    expect(d.refusal).toBeUndefined();
    expect(ledger.counts().byState.done).toBe(1);
  });

  it("puts a frame that is not done in time back into the ledger when it stops", async () => {
    ready("slow.tif");
    const { dispatcher: d } = dispatcher(() => new Promise(() => {}));
    d.pump();
    await systemClock.sleep(10);
    expect(ledger.counts().byState.working).toBe(1);
    await d.stop(30);
    expect(ledger.counts().byState).toMatchObject({ ready: 1, working: 0 });
  });
});
