import { describe, expect, it } from "vitest";
import type { FrameResult } from "../../src/ledger/types.js";
import { silentLog } from "../../src/log/log.js";
import type { FromWorker, ToWorker, WorkerJob, WorkerSettings } from "../../src/pipeline/messages.js";
import type { WorkerChannel } from "../../src/pipeline/worker-channel.js";
import { WorkerPool } from "../../src/pipeline/worker-pool.js";
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

function pool(size: number, scripts: Script[], frameMs = 10_000) {
  const fake = fakeFork(scripts);
  const made = new WorkerPool(
    { size, settings, frameMs: () => frameMs },
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
});
