import { rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { createLedgerSink } from "../../src/app/daemon/ledger-sink.js";
import { createRequeueWatch } from "../../src/app/daemon/requeue-watch.js";
import { requeueFrames, requeueText } from "../../src/app/requeue.js";
import { openLedgerBeside } from "../../src/ledger/open.js";
import { systemClock } from "../../src/system/clock.js";
import { systemFileSystem } from "../../src/system/file-system.js";
import { openTestLedger, settledSource, temporaryFolder } from "../ledger/support.js";

const STAT = { size: 0, mtimeMs: 1, ctimeMs: 1 };

/** a.tif failed at work, empty.tif never became a frame; both were set aside. */
function setUp() {
  const root = temporaryFolder();
  const ledger = openTestLedger();
  const file = (name: string) => join(root, name);
  for (const name of ["a.tif", "empty.tif"]) writeFileSync(file(name), "");
  ledger.settled(root, settledSource(file("a.tif")), undefined);
  const [job] = ledger.takeReady(1e9, 1);
  ledger.failed(job!.id, { code: "RF_WORKER_DIED", detail: "" }, { kind: "quarantine" }, 1e9);
  ledger.rejected(root, file("empty.tif"), STAT, "RF_ZERO_BYTES", "", 1e9);
  const deps = { ledger, fs: systemFileSystem, clock: systemClock };
  const requeue = (request: Partial<Parameters<typeof requeueFrames>[0]>) =>
    requeueFrames({ files: [], failed: false, quarantined: false, ...request }, deps);
  return { root, ledger, file, requeue };
}

describe("requeueFrames", () => {
  it("puts back all that was set aside, each to where it can go on", async () => {
    const { file, requeue } = setUp();
    const report = await requeue({ quarantined: true });
    expect(report).toEqual({
      requeued: [
        { path: file("a.tif"), page: 0, to: "ready" },
        { path: file("empty.tif"), page: 0, to: "seen" },
      ],
      left: [],
    });
    expect(requeueText(report)).toBe(
      `2 frames put back\n  ${file("a.tif")}: to be judged again\n  ${file("empty.tif")}: to settle anew\n`,
    );
    expect(requeueText(await requeue({ quarantined: true }))).toBe("nothing put back\n");
  });

  it("puts back only what failed at work", async () => {
    const { file, requeue } = setUp();
    expect((await requeue({ failed: true })).requeued.map(({ path }) => path)).toEqual([file("a.tif")]);
  });

  it("takes files as they are named, once, and says what it left and why", async () => {
    const { file, requeue } = setUp();
    const files = [relative(process.cwd(), file("a.tif")), file("a.tif"), file("unknown.tif")];
    const report = await requeue({ files, failed: true });
    expect(report.requeued).toEqual([{ path: file("a.tif"), page: 0, to: "ready" }]);
    expect(report.left).toEqual([{ path: file("unknown.tif"), page: 0, why: "is not known to the ledger" }]);
    expect((await requeue({ files: [file("a.tif")] })).left).toMatchObject([{ why: "waits for its turn already" }]);
  });

  it("leaves a file that is not there with the reason it has", async () => {
    const { ledger, file, requeue } = setUp();
    rmSync(file("a.tif"));
    const report = await requeue({ quarantined: true });
    expect(report.left).toEqual([{ path: file("a.tif"), page: 0, why: "is not there, or its folder is away" }]);
    expect(ledger.story(file("a.tif"))[0]).toMatchObject({ state: "quarantined", errorCode: "RF_WORKER_DIED" });
  });

  it("wants to be told which", async () => {
    await expect(setUp().requeue({})).rejects.toThrow("RF_USAGE");
  });
});

describe("the requeue watch", () => {
  it("tells a running daemon what another process put back, once", async () => {
    const { root, ledger, file } = setUp();
    const look = createRequeueWatch(ledger);
    expect(look()).toEqual([]);
    const beside = openLedgerBeside(ledger.path, { clock: systemClock });
    const deps = { ledger: beside, fs: systemFileSystem, clock: systemClock };
    await requeueFrames({ files: [], failed: false, quarantined: true }, deps);
    beside.close();
    expect(look()).toEqual([
      { root, path: file("a.tif"), state: "ready" },
      { root, path: file("empty.tif"), state: "seen" },
    ]);
    expect(look()).toEqual([]);
  });

  it("and the sink forgets a file that is to settle anew", async () => {
    const { root, ledger, file, requeue } = setUp();
    const sink = createLedgerSink({ root, naming: "nis" }, { ledger, onReady: () => undefined });
    await requeue({ quarantined: true });
    expect(sink.known(file("empty.tif"))).toEqual(STAT);
    sink.forget(file("empty.tif"));
    expect(sink.known(file("empty.tif"))).toBeUndefined();
  });
});

describe("createLedgerSink", () => {
  it("passes on why a file was set aside", () => {
    const { root, ledger, file } = setUp();
    const told: string[][] = [];
    const onRejected = (...rejection: string[]) => void told.push(rejection);
    const sink = createLedgerSink({ root, naming: "nis" }, { ledger, onReady: () => undefined, onRejected });
    sink.rejected(file("b.tif"), STAT, "RF_INCOMPLETE", "half of it", 5);
    expect(told).toEqual([[file("b.tif"), "RF_INCOMPLETE", "half of it"]]);
  });
});
