import { expect, it } from "vitest";
import { KnownFiles } from "../../../src/app/daemon/known-files.js";
import { createLedgerSink } from "../../../src/app/daemon/ledger-sink.js";
import { openTestLedger, ROOT, settledSource } from "../../ledger/support.js";

const path = (name: string) => `${ROOT}/${name}.tif`;

function setUp() {
  const ledger = openTestLedger();
  const ready: number[] = [];
  const onReady = () => ready.push(ledger.counts().byState.ready);
  const sink = createLedgerSink({ root: ROOT, naming: "nis" }, { ledger, onReady });
  return { ledger, sink, ready };
}

it("knows what it was told, and has frames handed out only when all that was told together is written", () => {
  const { sink, ready } = setUp();
  sink.together?.(() => {
    for (const name of ["a", "b"]) sink.settled(settledSource(path(name)));
    expect([sink.known(path("a")), ready]).toEqual([undefined, []]);
  });
  expect(sink.known(path("a"))).toMatchObject({ size: settledSource(path("a")).size });
  expect(ready).toEqual([2, 2]);
});

it("knows nothing of what was undone with the rest", () => {
  const { ledger, sink, ready } = setUp();
  const failing = () => {
    sink.settled(settledSource(path("a")));
    throw new Error("disk full");
  };
  expect(() => sink.together?.(failing)).toThrow("disk full");
  expect([sink.known(path("a")), ready, ledger.counts().frames]).toEqual([undefined, [], 0]);
  sink.settled(settledSource(path("a")));
  expect([ready, ledger.counts().frames]).toEqual([[1], 1]);
});

it("KnownFiles: by path, or by folder and name", () => {
  const files = new KnownFiles();
  const stat = { size: 1, mtimeMs: 2.5, ctimeMs: 3.5 };
  files.set("/in/a.tif", stat);
  expect([files.get("/in/a.tif"), files.has("/in", "a.tif")]).toEqual([stat, true]);
  expect([files.get("/in/b.tif"), files.has("/", "a.tif")]).toEqual([undefined, false]);
  files.delete("/in/a.tif");
  files.delete("/in/a.tif");
  expect(files.has("/in", "a.tif")).toBe(false);
});
