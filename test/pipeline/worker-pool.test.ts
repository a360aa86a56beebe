import { describe, expect, it } from "vitest";
import type { FrameResult } from "../../src/ledger/types.js";
import { silentLog } from "../../src/log/log.js";
import type { FromWorker, ToWorker, WorkerJob, WorkerSettings } from "../../src/pipeline/messages.js";
import type { WorkerChannel } from "../../src/pipeline/worker-channel.js";
import { WorkerPool, type WorkerPoolOptions } from "../../src/pipeline/worker-pool.js";
import { systemClock } from "../../src/system/clock.js";

const identity = { engine: { name: "onnx", version: "1", device: "cpu" }, models: [] };
const settings = {} as WorkerSettings;
const job = (id: number) => ({ id }) as WorkerJob;
const result = { verdict: "focused" } as FrameResult;

/** What a fake worker does when it is told something. */
type Script = (message: ToWorker, worker: { say(message: FromWorker): void; die(how: string): void }) => void;

function fakeFork(scripts: Script[]) {
  let started = 0;
  const killed: number[] = [];
  const fork = (): WorkerChannel => {
    const number = started++;
    const script = scripts[Math.min(number, scripts.length - 1)]!;
    let onMessage: (message: FromWorker) => void = () => {};
    const onEnd: ((how: string) => void)[] = [];
    let dead = false;
    const worker = {
      say: (message: FromWorker) => void setImmediate(() => dead || onMessage(message)),
      die: (how: string) =>
        void setImmediate(() => {
          if (dead) return;
          dead = true;
          for (const listener of onEnd) listener(how);
        }),
    };
    return {
      pid: number,
      send: (message) => script(message, worker),
      onMessage: (listener) => {
        onMessage = listener;
      },
      onEnd: (listener) => void onEnd.push(listener),
      close: () => worker.die("closed"),
      kill: () => {
        killed.push(number);
        worker.die("SIGKILL");
      },
    };
  };
  return { fork, killed, started: () => started };
}

const good: Script = (message, { say }) => {
  if (message.kind === "start") say({ kind: "ready", identity });
  else say({ kind: "done", id: message.job.id, result });
};
const diesOnFrame: Script = (message, { say, die }) => {
  if (message.kind === "start") say({ kind: "ready", identity });
  else die("ended by SIGSEGV");
};
const hangsOnFrame: Script = (message, { say }) => {
  if (message.kind === "start") say({ kind: "ready", identity });
};

function pool(size: number, scripts: Script[], frameMs = 10_000, more: Partial<WorkerPoolOptions> = {}) {
  const fake = fakeFork(scripts);
  const made = new WorkerPool(
    { size, settings, frameMs: () => frameMs, ...more },
    { clock: systemClock, log: silentLog, fork: fake.fork },
  );
  return { pool: made, ...fake };
}

describe("WorkerPool", () => {
  it("says what its workers are, and works on frames", async () => {
    const { pool: workers } = pool(2, [good]);
    expect(await workers.start()).toEqual(identity);
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map((id) => workers.run(job(id))));
    expect(outcomes).toEqual(Array(5).fill({ kind: "done", result }));
    await workers.stop();
  });

  it("fails the frame of a worker that dies, and goes on with a fresh one", async () => {
    const { pool: workers, started } = pool(1, [diesOnFrame, good]);
    await workers.start();
    expect(await workers.run(job(1))).toMatchObject({
      kind: "failed",
      failure: { code: "RF_WORKER_DIED", detail: "ended by SIGSEGV" },
    });
    expect(await workers.run(job(2))).toEqual({ kind: "done", result });
    expect(started()).toBe(2);
    await workers.stop();
  });

  it("kills a worker that takes too long over a frame", async () => {
    const { pool: workers, killed } = pool(1, [hangsOnFrame, good], 60);
    await workers.start();
    expect(await workers.run(job(1))).toMatchObject({ kind: "failed", failure: { code: "RF_WORKER_TIMEOUT" } });
    expect(killed).toEqual([0]);
    expect(await workers.run(job(2))).toEqual({ kind: "done", result });
    await workers.stop();
  });

  it("tells how long each worker has been at its frame", async () => {
    const { pool: workers } = pool(2, [hangsOnFrame]);
    await workers.start();
    void workers.run(job(1));
    await systemClock.sleep(30);
    const [busy, other] = workers.status();
    expect(busy).toMatchObject({ pid: 0, state: "busy" });
    expect(busy!.busyMs).toBeGreaterThanOrEqual(25);
    expect(busy!.busyMs).toBeLessThan(5_000);
    expect(other).toEqual({ pid: 1, state: "idle", busyMs: 0 });
    await workers.stop();
  });

  it("does not start with workers that are not fit, and says why", async () => {
    const unfit: Script = (_message, { say }) =>
      say({ kind: "unfit", failure: { code: "RF_MODEL_MISSING", detail: "models/sdcnn" } });
    const { pool: workers } = pool(1, [unfit]);
    await expect(workers.start()).rejects.toMatchObject({ code: "RF_MODEL_MISSING", detail: "models/sdcnn" });
    await workers.stop();
  });

  it("does not start with a worker that dies at once", async () => {
    const dead: Script = (_message, { die }) => die("ended with code 1");
    const { pool: workers } = pool(1, [dead]);
    await expect(workers.start()).rejects.toMatchObject({ code: "RF_WORKER_DIED" });
    await workers.stop();
  });

  it("fails what waits when it is stopped", async () => {
    const { pool: workers } = pool(1, [hangsOnFrame]);
    await workers.start();
    const inHand = workers.run(job(1));
    const waiting = workers.run(job(2));
    await workers.stop();
    expect(await waiting).toMatchObject({ kind: "failed" });
    expect(await inHand).toMatchObject({ kind: "failed", failure: { code: "RF_WORKER_DIED" } });
  });

  describe("with other settings", () => {
    const other = { classifier: "other" } as WorkerSettings;
    const otherIdentity = { ...identity, engine: { ...identity.engine, version: "2" } };
    const unfit: Script = (message, { say }) => {
      if (message.kind === "start") say({ kind: "unfit", failure: { code: "RF_MODEL_INVALID", detail: "torn" } });
    };
    /** Says by its identity and its verdict with which settings it was started. */
    const faithful = (): Script => {
      let name = "";
      return (message, { say }) => {
        if (message.kind === "start") {
          name = message.settings.classifier ?? "first";
          say({ kind: "ready", identity: name === "other" ? otherIdentity : identity });
        } else say({ kind: "done", id: message.job.id, result: { ...result, verdict: name as never } });
      };
    };

    it("exchanges all workers, and the frame in hand is finished by the one that has it", async () => {
      let finish = () => {};
      const slow: Script = (message, { say }) => {
        if (message.kind === "start") say({ kind: "ready", identity });
        else finish = () => say({ kind: "done", id: message.job.id, result });
      };
      const ready: string[] = [];
      const onReady: WorkerPoolOptions["onReady"] = ({ engine }) => void ready.push(engine.version);
      const { pool: workers } = pool(2, [slow, faithful(), faithful(), faithful()], 10_000, { onReady });
      await workers.start();
      const inHand = workers.run(job(1));
      expect(await workers.exchange(other)).toEqual(otherIdentity);
      expect(workers.identity).toEqual(otherIdentity);
      const next = await Promise.all([2, 3].map((id) => workers.run(job(id))));
      expect(next).toEqual(Array(2).fill({ kind: "done", result: { verdict: "other" } }));
      expect(workers.status().filter(({ state }) => state === "busy")).toMatchObject([{ pid: 0 }]);
      finish();
      expect(await inHand).toEqual({ kind: "done", result });
      await systemClock.sleep(5);
      expect(workers.status().map(({ pid }) => pid)).not.toContain(0);
      expect(ready).toEqual(["1", "1", "2", "2"]);
      await workers.stop();
    });

    it("keeps its workers when the first new one is unfit", async () => {
      const { pool: workers, started } = pool(1, [good, unfit, good]);
      await workers.start();
      await expect(workers.exchange(other)).rejects.toMatchObject({ code: "RF_MODEL_INVALID", detail: "torn" });
      expect(await workers.run(job(1))).toEqual({ kind: "done", result });
      expect(started()).toBe(2);
      await workers.stop();
    });

    it("starts with those that are given instead of unfit ones, at first and later", async () => {
      const asked: string[] = [];
      const instead: WorkerPoolOptions["instead"] = ({ code }) => {
        asked.push(code);
        return other;
      };
      const { pool: atFirst } = pool(1, [unfit, faithful()], 10_000, { instead });
      expect(await atFirst.start()).toEqual(otherIdentity);
      await atFirst.stop();
      const { pool: later } = pool(1, [diesOnFrame, unfit, faithful()], 10_000, { instead });
      await later.start();
      await later.run(job(1));
      expect(await later.run(job(2))).toEqual({ kind: "done", result: { verdict: "other" } });
      expect(asked).toEqual(["RF_MODEL_INVALID", "RF_MODEL_INVALID"]);
      await later.stop();
    });

    it("ends also in the middle of an exchange", async () => {
      const never: Script = () => {};
      const { pool: workers } = pool(1, [good, never]);
      await workers.start();
      const exchanged = workers.exchange(other);
      await workers.stop();
      await expect(exchanged).rejects.toMatchObject({ code: "RF_WORKER_DIED" });
    });
  });
});
